import { mul, type NamedTensorMap, stack, sum, tidy } from '@tensorflow/tfjs-core';

/** Whether all numbers of some tensors are finite. */
export async function allFinite(tensors: NamedTensorMap): Promise<boolean> {
  const list = Object.values(tensors);
  if (list.length === 0) return true;
  const read = async (measure: (at: number) => ReturnType<typeof sum>): Promise<boolean> => {
    const sums = tidy(() => stack(list.map((_, at) => measure(at))));
    const values = await sums.data();
    sums.dispose();
    return values.every(Number.isFinite);
  };
  // A sum is finite for sure only if all its terms are; one that is not may be an overflow of large ones.
  if (await read((at) => sum(list[at] as NamedTensorMap[string]))) return true;
  return read((at) => sum(mul(list[at] as NamedTensorMap[string], 0)));
}
