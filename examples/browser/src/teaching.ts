import { ask, drawing } from './answer.ts';
import { part, say, text } from './dom.ts';
import { enrolAll, keep } from './keeping.ts';
import { colorOf, type Taught, taughtNames } from './known.ts';
import { content, placeTaught, showLegend } from './mapContent.ts';
import { connection, state } from './state.ts';
import { createTurns } from './turns.ts';

interface Action {
  readonly label: string;
  readonly before: readonly Taught[];
}
const done: Action[] = [];
const turns = createTurns(say);

/** Makes the drawings of a class these, in the worker and on the map. */
async function setTaught(
  label: string,
  drawings: readonly { readonly pixels: Uint8Array }[],
): Promise<void> {
  await connection.forget(label);
  const others = state.known.taught.filter((one) => one.label !== label);
  const own = await enrolAll(label, drawings);
  // A class keeps its place among the taught ones.
  const at = state.known.taught.findIndex((one) => one.label === label);
  state.known.taught =
    at < 0 ? [...others, ...own] : [...others.slice(0, at), ...own, ...others.slice(at)];
  placeTaught(state.places);
  showAll();
  await ask();
  await keep();
}

async function change(
  label: string,
  drawings: readonly { readonly pixels: Uint8Array }[],
): Promise<void> {
  done.push({ label, before: state.known.taught.filter((one) => one.label === label) });
  await setTaught(label, drawings);
}

/** Shows all that is known: on the map, in its legend, and in the list of what was taught. */
export function showAll(): void {
  state.map.update(state.places, content());
  showLegend();
  showTaught();
}

export function showTaught(): void {
  part('taught').replaceChildren(
    ...taughtNames(state.known).map((label) => {
      const item = document.createElement('li');
      item.style.setProperty('--color', colorOf(state.known, label));
      const count = state.known.taught.filter((one) => one.label === label).length;
      const [swatch, name, number, button] = ['span', 'b', 'span', 'button'].map((tag) =>
        document.createElement(tag),
      );
      swatch!.className = 'swatch';
      name!.textContent = label;
      number!.className = 'count';
      number!.textContent = count === 1 ? '1 scribble' : `${count} scribbles`;
      button!.textContent = 'Forget';
      (button as HTMLButtonElement).type = 'button';
      button!.setAttribute('aria-label', `Forget ${label}`);
      button!.addEventListener('click', () => {
        turns.take(() => change(label, []));
        text('teach-note', `${label} is forgotten.`);
      });
      item.append(swatch!, name!, number!, button!);
      return item;
    }),
  );
  part('undo').hidden = done.length === 0;
}

part('teach').addEventListener('submit', (event) => {
  event.preventDefault();
  const field = part<HTMLInputElement>('name');
  const label = field.value.trim();
  const pixels = drawing.image();
  const problem = !pixels
    ? 'Draw something first.'
    : label === ''
      ? 'Give it a name first.'
      : /^\d$/.test(label)
        ? 'It knows the digits already. Teach it something else.'
        : '';
  if (problem !== '' || !pixels) {
    text('teach-note', problem);
    field.focus();
    return;
  }
  drawing.clear();
  turns.take(async () => {
    const before = state.known.taught.filter((one) => one.label === label);
    const count = before.length + 1;
    text(
      'teach-note',
      count < 5
        ? `${count} of 5 scribbles. Draw ${label} again, a little differently.`
        : `It knows ${label} now.`,
    );
    await change(label, [...before, { pixels }]);
  });
});
part('undo').addEventListener('click', () => {
  const action = done.pop();
  if (!action) return;
  text('teach-note', `Undone for ${action.label}.`);
  turns.take(() => setTaught(action.label, action.before));
});
