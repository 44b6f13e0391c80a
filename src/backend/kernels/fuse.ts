import type { backend_util, TensorInfo } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../simdBackend.ts';
import type { PendingCall } from '../tensorData.ts';
import { convolutionName, deferRelu } from './conv2d.ts';
import { isRow } from './isRow.ts';

// While gradients are recorded, tfjs takes FusedConv2D and _FusedMatMul apart into the product, Add and an
// activation. The product and Add put off their work, and here it is put together again. Their results stay pending
// until the tape is dropped: their gradients ask for shapes only, and Relu's is made from its result.

interface FusedAttrs {
  readonly activation: backend_util.Activation;
}

/** `x + bias`, put off, where `x` is a pending product without a bias and `bias` a row of its channels. */
export function fuseBias(
  backend: SimdBackend,
  x: TensorInfo,
  bias: TensorInfo,
): TensorInfo | undefined {
  const call = backend.pending(x);
  if (!call || !isBareProduct(call) || call.inputs['bias']) return undefined;
  if (bias.shape.length > x.shape.length || !isRow(bias, channelsOf(call))) return undefined;
  if (x.shape.at(-1) !== channelsOf(call)) return undefined; // reshaped since
  const inputs = { ...call.inputs, bias: backend.operand(bias) };
  return backend.defer({ ...call, inputs }, x.shape);
}

/** `activation(x)` in one kernel with the pending product `x`. */
export function fuseActivation(
  backend: SimdBackend,
  x: TensorInfo,
  activation: backend_util.Activation,
): TensorInfo | undefined {
  const call = backend.pending(x);
  if (!call || !isBareProduct(call)) return undefined;
  const deferred = activation === 'relu' && deferRelu(backend, x);
  if (deferred) return deferred;
  const result = backend.runCall({ ...call, attrs: { ...call.attrs, activation } });
  return { ...result, shape: x.shape };
}

function isBareProduct({ kernelName, attrs }: PendingCall): boolean {
  const isProduct = kernelName === convolutionName || kernelName === '_FusedMatMul';
  return isProduct && (attrs as FusedAttrs).activation === 'linear';
}

/** The length of the rows of a product's result. */
function channelsOf({ inputs, attrs }: PendingCall): number {
  const right = inputs['filter'] ?? inputs['b'];
  const { transposeB = false } = attrs as { transposeB?: boolean };
  return right?.shape.at(transposeB ? -2 : -1) ?? 0;
}
