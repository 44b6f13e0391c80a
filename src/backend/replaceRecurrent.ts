import {
  add,
  clone,
  customGrad,
  engine,
  type GradSaveFunc,
  matMul,
  type NamedTensorMap,
  reshape,
  serialization,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
  tidy,
} from '@tensorflow/tfjs-core';
import type { SimdKernelName } from './kernelNames.ts';
import {
  isCellActivation,
  isCellName,
  type RecurrentAttrs,
  type RecurrentInputs,
} from './kernels/recurrent.ts';
import { type CallOptions, replaceCall } from './replaceCall.ts';

/** What a recurrent layer of tfjs-layers and its cell are made of; the types of tfjs-layers keep most to themselves. */
interface RecurrentLayer {
  readonly cell: RecurrentCell;
  readonly returnSequences: boolean;
  readonly returnState: boolean;
  readonly goBackwards: boolean;
  readonly stateful: boolean;
}

interface RecurrentCell {
  readonly activation: Named;
  readonly recurrentActivation?: Named;
  readonly kernel: { read(): Tensor2D };
  readonly recurrentKernel: { read(): Tensor2D };
  readonly bias?: { read(): Tensor } | null;
  readonly dropout: number;
  readonly recurrentDropout: number;
}

interface Named {
  getClassName(): string;
}

/**
 * Lets the recurrent layers of tfjs-layers compute all their steps in one kernel, and so their gradient, while the simd
 * backend is in use, in place of some twenty operations a step.
 *
 * Layers that need more keep their own way: those with a mask, a state that is given, kept or returned, dropout while
 * training, or a cell or activation that the kernel does not have; and so do gradients of gradients.
 *
 * @returns a function that restores the layers; undefined while tfjs-layers is not there.
 */
export function replaceRecurrent(): (() => void) | undefined {
  return replaceCall<RecurrentLayer>('RNN', (layer, x, options) => {
    const attrs = attrsFor(layer, x, options);
    return attrs && allSteps(layer.cell, x as Tensor3D, attrs);
  });
}

/** Undefined for a layer that has to take its own way. */
function attrsFor(
  layer: RecurrentLayer,
  x: Tensor,
  { mask, training, initialState }: CallOptions,
): RecurrentAttrs | undefined {
  const { cell, returnSequences, returnState, goBackwards, stateful } = layer;
  if (mask || initialState || returnState || stateful) return undefined;
  const { classNameMap } = serialization.SerializationMap.getMap();
  const cellName = (cell.constructor as { className?: string }).className ?? '';
  if (!isCellName(cellName) || classNameMap[cellName]?.[0] !== cell.constructor) return undefined;
  if (training && (cell.dropout || cell.recurrentDropout)) return undefined;
  const activation = cell.activation.getClassName();
  const recurrentActivation = cell.recurrentActivation?.getClassName() ?? 'linear';
  if (!isCellActivation(activation) || !isCellActivation(recurrentActivation)) return undefined;
  if (x.rank !== 3) return undefined;
  const isTraced = engine().state.gradientDepth > 0;
  const sequence = { goBackwards, returnSequences, isTraced };
  return { cell: cellName, activation, recurrentActivation, ...sequence };
}

function allSteps(cell: RecurrentCell, x: Tensor3D, attrs: RecurrentAttrs): Tensor {
  return tidy(() => {
    const [batch, steps, channels] = x.shape;
    const product = matMul(reshape(x, [batch * steps, channels]), cell.kernel.read());
    const sum = cell.bias ? add(product, cell.bias.read()) : product;
    const projected = reshape(sum, [batch, steps, sum.shape[1] as number]);
    const recurrentKernel = cell.recurrentKernel.read();
    const inputs = { projected, recurrentKernel } satisfies Record<keyof RecurrentInputs, Tensor>;
    const outputs = run('SimdRecurrent', inputs, attrs);
    const [out, record] = [outputs].flat() as [Tensor, Tensor | undefined];
    return record ? withGradient(inputs, out, record, attrs) : out;
  });
}

/** `out` as a function of the inputs that has a gradient. */
function withGradient(
  { projected, recurrentKernel }: Record<keyof RecurrentInputs, Tensor>,
  out: Tensor,
  record: Tensor,
  attrs: RecurrentAttrs,
): Tensor {
  const recurrent = customGrad((_projected, _recurrentKernel, save) => {
    (save as GradSaveFunc)([recurrentKernel, record]);
    return {
      value: clone(out),
      gradFunc(dy, saved) {
        const [kernel, kept] = saved as [Tensor, Tensor];
        const given = { record: kept, recurrentKernel: kernel, dy: dy as Tensor };
        return run('SimdRecurrentGradient', given, attrs) as Tensor[];
      },
    };
  });
  return recurrent(projected, recurrentKernel);
}

function run(name: SimdKernelName, inputs: NamedTensorMap, attrs: object): Tensor | Tensor[] {
  return engine().runKernel(name, inputs, { ...attrs });
}
