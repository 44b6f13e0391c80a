import type { Scene } from './scene.ts';

/**
 * A field that finds an example by its number, with or without #, or by words of its caption; Enter goes to the next that
 * has them.
 */
export function createFinder(
  field: HTMLInputElement,
  scene: Scene,
  onFind: (i: number) => void,
): void {
  let found: number | undefined;
  const find = (after: number): void => {
    const text = field.value.trim();
    found = text === '' ? undefined : exampleFor(scene, text, after);
    field.setAttribute('aria-invalid', String(text !== '' && found === undefined));
    if (found !== undefined) onFind(found);
  };
  field.addEventListener('input', () => find(-1));
  field.addEventListener('keydown', ({ key }) => {
    if (key === 'Enter') find(found ?? -1);
  });
}

/** The first example after `after`, going round, that a text means. */
function exampleFor(scene: Scene, text: string, after: number): number | undefined {
  const { count, captions, idOf } = scene;
  const id = /^#?\d+$/.test(text) ? Number(text.replace('#', '')) : undefined;
  const words = text.toLowerCase();
  const fits = (i: number): boolean =>
    id === undefined ? (captions?.[i]?.toLowerCase().includes(words) ?? false) : idOf(i) === id;
  for (let step = 1; step <= count; step++) {
    const i = (after + step) % count;
    if (fits(i)) return i;
  }
  return undefined;
}
