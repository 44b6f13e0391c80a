import type { LayersModel } from '@tensorflow/tfjs-layers';
import { decodeBase64, encodeBase64 } from '../../internal/base64.ts';
import type { LossState } from '../../losses/parametricLoss.ts';

/** Under this name a loss's state lies in the metadata that tfjs saves with a model. */
const key = 'metricLearningLoss';

type Stored = Record<
  string,
  { shape: readonly number[]; dtype: 'float32' | 'int32'; bytes: string }
>;

/** Runs `save` while the model's metadata carry what a loss remembers, beside the user's own. */
export async function withLossState<T>(
  model: LayersModel,
  state: LossState | undefined,
  save: () => Promise<T>,
): Promise<T> {
  if (state === undefined) return save();
  const own = { ...model.getUserDefinedMetadata() };
  model.setUserDefinedMetadata({ ...own, [key]: encode(state) });
  try {
    return await save();
  } finally {
    model.setUserDefinedMetadata(own);
  }
}

/** What a loss remembered when the model was saved; undefined for a loss that remembers nothing. */
export function savedLossState(model: LayersModel): LossState | undefined {
  const metadata = model.getUserDefinedMetadata() as Record<string, unknown> | undefined;
  const stored = metadata?.[key] as Stored | undefined;
  return stored && decode(stored);
}

function encode(state: LossState): Stored {
  return Object.fromEntries(
    Object.entries(state).map(([name, { shape, values }]) => {
      const dtype = values instanceof Int32Array ? 'int32' : 'float32';
      const raw = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
      return [name, { shape, dtype, bytes: encodeBase64(raw) }];
    }),
  );
}

function decode(stored: Stored): LossState {
  return Object.fromEntries(
    Object.entries(stored).map(([name, { shape, dtype, bytes }]) => {
      const { buffer } = decodeBase64(bytes);
      return [
        name,
        { shape, values: dtype === 'int32' ? new Int32Array(buffer) : new Float32Array(buffer) },
      ];
    }),
  );
}
