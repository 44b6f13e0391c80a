export const part = <E extends HTMLElement>(id: string): E => document.getElementById(id) as E;

/** Writes only what is new: each change lays out the page anew, and is read out by screen readers. */
export function text(id: string, words: string): void {
  if (part(id).textContent !== words) part(id).textContent = words;
}

/** Tells an error where the page tells what it runs on. */
export function say(error: unknown): void {
  text('backend', error instanceof Error ? error.message : String(error));
}
