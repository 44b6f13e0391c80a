import { readFile } from 'node:fs/promises';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import {
  type Bundle,
  type Distance,
  decodeBundle,
  MetricLearningError,
} from 'tfjs-metric-learning';
import { gather } from './gather.ts';

/** The model of a bundle. */
export interface Model {
  readonly dims: number;
  /** The width of an input. */
  readonly width: number;
  readonly distance: Distance | undefined;
  readonly threshold: number;
  /** The embeddings of inputs, which are rows of `width` numbers; calls at the same time are answered together. */
  embed(inputs: readonly Float32Array[]): Promise<Float32Array[]>;
  /** Frees the network when the last call is answered. */
  retire(): void;
}

/** The model of a bundle's file. @throws MetricLearningError if the file is none, or its network takes no rows. */
export async function loadModel(path: string): Promise<Model> {
  const bundle = await decodeBundle(await readFile(path));
  const { model, threshold } = bundle;
  const width = inputWidth(path, bundle);
  let calls = 0;
  let retired = false;
  const endIfIdle = (): void => {
    if (retired && calls === 0) model.network.dispose();
  };
  const embedTogether = gather(async (inputs: readonly Float32Array[]) => {
    const rows = new Float32Array(inputs.length * width);
    inputs.forEach((input, i) => {
      rows.set(input, i * width);
    });
    const embeddings: Tensor2D = model.embed(rows);
    try {
      const data = (await embeddings.data()) as Float32Array;
      return inputs.map((_, i) => data.slice(i * model.dims, (i + 1) * model.dims));
    } finally {
      embeddings.dispose();
    }
  });
  return {
    dims: model.dims,
    width,
    distance: model.distance,
    threshold,
    async embed(inputs) {
      calls++;
      try {
        return await embedTogether(inputs);
      } finally {
        calls--;
        endIfIdle();
      }
    },
    retire() {
      retired = true;
      endIfIdle();
    },
  };
}

function inputWidth(path: string, { model }: Bundle): number {
  const shape = model.network.inputs[0]?.shape.slice(1) ?? [];
  const width = shape.reduce<number>((product, size) => product * (size ?? Number.NaN), 1);
  if (Number.isSafeInteger(width)) return width;
  throw new MetricLearningError({
    where: 'service',
    expected: `the network of ${path} to have inputs of one size`,
    got: `shape [${shape}]`,
  });
}
