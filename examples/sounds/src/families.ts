/**
 * The instruments that are told apart, with what their names have in kits. The first that fits counts; `undefined` marks
 * names that are no one of them.
 */
const families: readonly (readonly [RegExp, string | undefined])[] = [
  [/crash\/ride|ride-crash/, undefined],
  [/clap/, 'clap'],
  [/kick|bass ?drum/, 'kick'],
  [/snare/, 'snare'],
  [/stick|rim click/, 'stick'],
  [/cowbell|agogo/, 'cowbell'],
  [/\btom/, 'tom'],
  [/(hh|hat).*pedal|pedal hh|hat.* pd$/, 'pedal hi-hat'],
  [/(hh|hat).*open|open hh|hat.* op\b/, 'open hi-hat'],
  [/(hh|hat).*closed|closed hh|hat.* cl$/, 'closed hi-hat'],
  [/(ride|paiste).*(bell|cup)/, 'ride bell'],
  [/ride/, 'ride'],
  [/crash|splash|china/, 'crash'],
];

/** The kind of instrument that a name of a kit's instrument means, such as "kick"; undefined if it is none that is known. */
export function familyOf(name: string): string | undefined {
  const plain = name.toLowerCase().trim();
  return families.find(([pattern]) => pattern.test(plain))?.[1];
}
