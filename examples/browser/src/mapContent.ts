import { part } from './dom.ts';
import { classOf, colors, labelsOf, taughtNames, thumbnails } from './known.ts';
import { state } from './state.ts';

const highlighted = new Set<number>();
/** Of the classes, in the order of their numbers. */
const names = (): string[] => [...Array(10).keys()].map(String).concat(taughtNames(state.known));

/** What the map shows beside the places. */
export function content() {
  return {
    labels: labelsOf(state.known),
    names: names(),
    colors: [...new Set(labelsOf(state.known))]
      .sort((a, b) => a - b)
      .map((id) => colors[id % colors.length]!),
    thumbnails: thumbnails(state.known),
    captions: Array.from(
      { length: state.known.digits.count + state.known.taught.length },
      (_, i) =>
        i < state.known.digits.count
          ? `digit ${state.known.digits.labels[i]}`
          : `taught: ${state.known.taught[i - state.known.digits.count]!.label}`,
    ),
  };
}

export function showLegend(): void {
  part('legend').replaceChildren(
    ...names().map((name, id) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = name;
      button.style.setProperty('--color', colors[id % colors.length]!);
      button.setAttribute('aria-pressed', String(highlighted.has(id)));
      button.addEventListener('click', () => {
        if (!highlighted.delete(id)) highlighted.add(id);
        button.setAttribute('aria-pressed', String(highlighted.has(id)));
        state.map.highlight([...highlighted]);
      });
      return button;
    }),
  );
}

/** Puts the digits where these places say, and what is taught at the rim, each class in another direction. */
export function placeTaught(digitPlaces: Float32Array): void {
  const { digits, taught } = state.known;
  const all = new Float32Array(2 * (digits.count + taught.length));
  all.set(digitPlaces.subarray(0, 2 * digits.count));
  const reach = digitPlaces.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  taught.forEach(({ label }, i) => {
    const angle = 0.9 + 2.4 * (classOf(state.known, label) - 10);
    const around = 0.05 * reach * Math.sqrt(i % 12);
    all[2 * (digits.count + i)] = 1.12 * reach * Math.cos(angle) + around * Math.cos(2.4 * i);
    all[2 * (digits.count + i) + 1] = 1.12 * reach * Math.sin(angle) + around * Math.sin(2.4 * i);
  });
  state.places = all;
  state.axes = undefined;
}
