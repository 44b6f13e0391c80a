/** FNV-1a, a number at a time: 32 bits, which other numbers or another order of them hardly have. */
export function fnv1a(values: ArrayLike<number>): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < values.length; i++) hash = Math.imul(hash ^ values[i]!, 0x01000193);
  return hash;
}
