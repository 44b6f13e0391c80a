import { showAnswer } from './answer.ts';
import { encodeInk } from './digits.ts';
import { part, say, text } from './dom.ts';
import { readItems, type Taught } from './known.ts';
import { placeTaught } from './mapContent.ts';
import { connection, state, store } from './state.ts';

/** All that the page knows, in one file. */
export const bundle = (): Promise<Uint8Array> => connection.bundle({ threshold: state.threshold });

/** Keeps the network and what was taught in this browser, for the next visit. */
export async function keep(): Promise<void> {
  try {
    await store.write('drawings', await bundle());
    text('keep-note', 'Kept in this browser.');
  } catch (error) {
    text('keep-note', (error as Error).message);
  }
}

/** The bundle that comes with the page, trained before. */
export async function fetchPretrained(): Promise<Uint8Array> {
  const address = new URL('./digits.bundle', import.meta.url);
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address.pathname}: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** Opens a bundle: all that the page shows is of it. */
export async function open(bytes: Uint8Array, taught?: readonly Taught[]): Promise<void> {
  const opened = await connection.open(bytes);
  const read = readItems(opened);
  state.known.taught = read.taught;
  setThreshold(opened.threshold);
  const { precisionAt1 } = (opened.scores ?? {}) as { precisionAt1?: number };
  text('precision', precisionAt1 === undefined ? '–' : `${(100 * precisionAt1).toFixed(1)} %`);
  for (const label of new Set(taught?.map((one) => one.label))) {
    const drawings = taught!.filter((one) => one.label === label);
    state.known.taught.push(...(await enrolAll(label, drawings)));
  }
  placeTaught(read.places ?? (await untangled()));
}

/** Teaches the worker the drawings of a class, each once. */
export async function enrolAll(
  label: string,
  drawings: readonly { readonly pixels: Uint8Array }[],
): Promise<Taught[]> {
  const own: Taught[] = [];
  for (const { pixels } of drawings) {
    const [id] = await connection.enrol(label, pixels, { ink: encodeInk(pixels) });
    if (!own.some((one) => one.id === id)) own.push({ label, pixels, id: id! });
  }
  return own;
}

/** A map on which neighbors stay neighbors, of the index at hand. */
export async function untangled(): Promise<Float32Array> {
  return connection.call<Float32Array>('untangle');
}

export function setThreshold(value: number): void {
  state.threshold = value;
  const slider = part<HTMLInputElement>('threshold');
  slider.max = String(Math.max(0.02, 3 * value));
  slider.step = String(Math.max(1e-4, value / 200));
  slider.value = String(value);
  text('threshold-value', value.toFixed(3));
}
part('threshold').addEventListener('input', (event) => {
  state.threshold = Number((event.target as HTMLInputElement).value);
  text('threshold-value', state.threshold.toFixed(3));
  showAnswer().catch(say);
});
part('threshold').addEventListener('change', () => void keep());
