import type { Tensor } from '@tensorflow/tfjs-core';

/**
 * Tensors in turn, each with the entry that it was loaded for: the next one is being loaded while the consumer works
 * with the one at hand. The consumer disposes what it gets; what was loaded for nothing is disposed here.
 */
export async function* prefetch<Entry>(
  entries: readonly Entry[],
  load: (entry: Entry) => Tensor | Promise<Tensor>,
): AsyncGenerator<readonly [entry: Entry, examples: Tensor], void, void> {
  const begin = (i: number): Promise<Tensor> | undefined => {
    if (i >= entries.length) return undefined;
    const loading = (async () => load(entries[i]!))();
    loading.catch(() => {}); // it is thrown when it is its turn
    return loading;
  };
  let next = begin(0);
  try {
    for (const [i, entry] of entries.entries()) {
      const examples = await next!;
      next = begin(i + 1);
      yield [entry, examples];
    }
  } finally {
    const unused = await next?.catch(() => undefined);
    if (unused !== undefined && !unused.isDisposed) unused.dispose();
  }
}
