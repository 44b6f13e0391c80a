import {
  grad,
  mul,
  setBackend,
  sum,
  type Tensor,
  tensor,
  tidy,
  variableGrads,
} from '@tensorflow/tfjs-core';
import { layers, type RNN } from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, test } from 'vitest';
import { createRandom } from '../../src/random/createRandom.ts';
import { expectAlike } from '../support/expectClose.ts';
import { describeOnSimd, numbers } from '../support/onSimd.ts';
import { watchKernel } from '../support/watchKernel.ts';

const kinds = { simpleRNN: layers.simpleRNN, gru: layers.gru, lstm: layers.lstm };
type Kind = keyof typeof kinds;
type Args = Partial<Parameters<typeof layers.gru>[0]>;

/** A recurrent layer with weights from -0.5 to 0.5, for inputs of shape [batch, steps, channels]. */
function build(kind: Kind, units: number, channels: number, args: Args = {}): RNN {
  const recurrentInitializer = 'glorotUniform'; // the default wants the chained ops of the union package
  const layer = kinds[kind]({ units, recurrentInitializer, ...args }) as RNN;
  layer.cell.build([null, channels]);
  layer.built = true;
  const random = createRandom(5);
  for (const weight of layer.getWeights().keys()) {
    const { shape } = layer.getWeights()[weight]!;
    const size = shape.reduce((a, b) => a * b, 1);
    const values = Float32Array.from({ length: size }, () => random.next() - 0.5);
    layer.cell.weights[weight]!.write(tensor(values, shape));
  }
  return layer;
}

/** How often the kernel has run. */
let calls = 0;

/** Counts the calls of the kernel from now on. */
function countCalls(): void {
  watchKernel('SimdRecurrent', () => {
    calls++;
  });
}

interface Result {
  readonly shapes: number[][];
  readonly values: Float32Array[];
  readonly isFast: boolean;
}

/** The output, its gradient by the input, and by each weight. */
async function run(
  backend: string,
  layer: RNN,
  shape: number[],
  apply: (x: Tensor) => Tensor = (x) => layer.apply(x) as Tensor,
): Promise<Result> {
  await setBackend(backend);
  const size = shape.reduce((a, b) => a * b, 1);
  calls = 0;
  return tidy(() => {
    const x = tensor(numbers(size, 3), shape);
    const out = apply(x);
    const dy = tensor(numbers(out.size, 7), out.shape);
    const byInput = grad(apply)(x, dy);
    const { grads } = variableGrads(() => sum(mul(apply(x), dy)));
    const results = [out, byInput, ...Object.values(grads)];
    return {
      shapes: results.map((result) => result.shape),
      values: results.map((result) => result.dataSync() as Float32Array),
      isFast: calls > 0,
    };
  });
}

async function expectLikeCpu(
  layer: RNN,
  shape: number[],
  { isFast = true, apply }: { isFast?: boolean; apply?: (x: Tensor) => Tensor } = {},
): Promise<void> {
  const got = await run('simd', layer, shape, apply);
  const expected = await run('cpu', layer, shape, apply);
  expect(got.isFast).toBe(isFast);
  expect(expected.isFast).toBe(false);
  expect(got.shapes).toEqual(expected.shapes);
  got.values.forEach((values, i) => {
    expectAlike(values, expected.values[i]!, { relative: 1e-4, absolute: 1e-4 });
  });
}

describeOnSimd('recurrent layers', () => {
  beforeAll(countCalls);

  describe.each(Object.keys(kinds) as Kind[])('%s', (kind) => {
    test.each([
      ['one of each, two steps', [1, 2, 1], 1],
      ['sizes that nothing divides', [5, 3, 7], 9],
      ['more rows than a group', [37, 4, 5], 13],
      ['whole groups', [32, 6, 8], 16],
    ])('%s', async (_, shape, units) => {
      await expectLikeCpu(build(kind, units, shape[2]!), shape);
    });

    test.each<[string, Args]>([
      ['all steps returned', { returnSequences: true }],
      ['backwards', { goBackwards: true }],
      ['backwards, all steps returned', { goBackwards: true, returnSequences: true }],
      ['no bias', { useBias: false }],
      ['the logistic function', { recurrentActivation: 'sigmoid' }],
      ['relu', { activation: 'relu' }],
      ['no activation', { activation: 'linear' }],
    ])('%s', async (_, args) => {
      await expectLikeCpu(build(kind, 6, 5, args), [7, 4, 5]);
    });

    test.each<[string, Args]>([
      ['an activation that the kernel does not have', { activation: 'softsign' }],
      ['the state of a former call', { stateful: true }],
    ])('by operations: %s', async (_, args) => {
      const layer = build(kind, 6, 5, args);
      if (args.stateful) {
        layer.inputSpec[0]!.shape = [7, 4, 5];
      }
      const apply = (x: Tensor): Tensor => {
        if (args.stateful) layer.resetStates();
        return layer.apply(x) as Tensor;
      };
      await expectLikeCpu(layer, [7, 4, 5], { isFast: false, apply });
    });

    test('by operations: a mask, and a state to begin with', async () => {
      const layer = build(kind, 6, 5);
      const mask = (): Tensor => tensor([1, 1, 0, 0, 1, 0, 1, 1], [2, 4], 'bool');
      const masked = (x: Tensor): Tensor => layer.call(x, { mask: mask() }) as Tensor;
      await expectLikeCpu(layer, [2, 4, 5], { isFast: false, apply: masked });
      const states = (): Tensor[] =>
        Array.from({ length: kind === 'lstm' ? 2 : 1 }, () => tensor(numbers(12), [2, 6]));
      const begun = (x: Tensor): Tensor => layer.call(x, { initialState: states() }) as Tensor;
      await expectLikeCpu(layer, [2, 4, 5], { isFast: false, apply: begun });
    });

    test('dropout keeps its own way while training alone', async () => {
      const layer = build(kind, 6, 5, { dropout: 0.5, recurrentDropout: 0.5 });
      await expectLikeCpu(layer, [7, 4, 5]);
      await setBackend('simd');
      const callsWhile = (training: boolean): number => {
        calls = 0;
        layer.apply(tensor(numbers(60), [3, 4, 5]), { training });
        return calls;
      };
      expect([callsWhile(true), callsWhile(false)]).toEqual([0, 1]);
    });
  });

  test.each<Kind>(['gru', 'lstm'])(
    'the gradient of a gradient is that of the operations, %s',
    async (kind) => {
      const layer = build(kind, 3, 2, { recurrentActivation: 'sigmoid' });
      const slope = (x: Tensor): Tensor => grad((y) => layer.apply(y) as Tensor)(x);
      const at = async (backend: string): Promise<Float32Array> => {
        await setBackend(backend);
        return tidy(() => grad(slope)(tensor(numbers(12), [2, 3, 2])).dataSync() as Float32Array);
      };
      expectAlike(await at('simd'), await at('cpu'), { relative: 1e-4, absolute: 1e-5 });
    },
  );

  test('a bidirectional layer takes the kernel in both directions', async () => {
    await setBackend('simd');
    const layer = layers.bidirectional({
      layer: layers.gru({ units: 4, returnSequences: true, recurrentInitializer: 'glorotUniform' }),
      mergeMode: 'concat',
    });
    const x = tensor(numbers(2 * 5 * 3), [2, 5, 3]);
    calls = 0;
    layer.apply(x);
    expect(calls).toBe(2);
  });
});
