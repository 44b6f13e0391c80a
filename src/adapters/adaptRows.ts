import { slice, tensor2d, tidy } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { EmbeddingRows } from '../data/embeddings.ts';
import { embedBatch, embedExamples } from '../networks/embedExamples.ts';
import { forwardPass } from '../networks/forwardPass.ts';
import { noNormalization } from '../networks/normalization.ts';

/** Features after an adapter, as plain numbers. */
export async function adaptRows(
  adapter: LayersModel,
  features: EmbeddingRows,
): Promise<EmbeddingRows> {
  const [count, dims] = features.shape;
  const forward = forwardPass(adapter, noNormalization);
  const input = tensor2d(features.data, [count, dims]);
  const embeddings = tidy(() =>
    embedExamples(
      forward,
      {
        count,
        range: (start, end) => slice(input, [start, 0], [end - start, dims]),
        pick: () => input,
      },
      4 * embedBatch,
    ),
  );
  input.dispose();
  try {
    return { data: (await embeddings.data()) as Float32Array, shape: embeddings.shape };
  } finally {
    embeddings.dispose();
  }
}
