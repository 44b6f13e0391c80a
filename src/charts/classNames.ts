/** Names of the classes by class id: an array, or a record such as `{ 3: 'cat' }`. */
export type ClassNames = Readonly<Record<number, string>>;

/** The name of a class id; the id itself where it has no name. */
export function className(label: number, names: ClassNames = {}): string {
  return names[label] ?? String(label);
}
