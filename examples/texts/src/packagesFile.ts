/** A text with its class: the short description of a package, and the section of Debian that it is in. */
export interface LabelledText {
  readonly name: string;
  readonly section: string;
  readonly text: string;
}

/**
 * The packages of apt's Packages files, one for each source and each description, by name. A section such as
 * `non-free/games` counts as `games`.
 */
export function readPackages(contents: string): LabelledText[] {
  const found: (LabelledText & { source: string })[] = [];
  for (const stanza of contents.split('\n\n')) {
    const field = (name: string): string =>
      new RegExp(`^${name}: (.*)$`, 'm').exec(stanza)?.[1]?.trim() ?? '';
    const [name, text] = [field('Package'), field('Description')];
    const section = field('Section').split('/').at(-1) ?? '';
    if (!name || !text || !section) continue;
    found.push({ name, section, text, source: field('Source').split(' ')[0] || name });
  }
  found.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const [sources, texts] = [new Set<string>(), new Set<string>()];
  return found.flatMap(({ source, ...one }) => {
    if (sources.has(source) || texts.has(one.text.toLowerCase())) return [];
    sources.add(source);
    texts.add(one.text.toLowerCase());
    return [one];
  });
}
