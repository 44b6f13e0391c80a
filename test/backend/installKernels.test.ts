import { getKernel, getKernelsForBackend } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { simdKernels } from '../../src/backend/installKernels.ts';
import { describeOnSimd } from '../support/onSimd.ts';

const names = simdKernels.map(({ kernelName }) => kernelName);

/** What takes the time of training and embedding. */
const hot = [
  ...['Conv2D', 'FusedConv2D', 'Conv2DBackpropInput', 'Conv2DBackpropFilter'],
  ...['DepthwiseConv2dNative', 'FusedDepthwiseConv2D'],
  ...['DepthwiseConv2dNativeBackpropInput', 'DepthwiseConv2dNativeBackpropFilter'],
  ...['MaxPool', 'MaxPoolGrad', 'AvgPool', 'AvgPoolGrad', 'FusedBatchNorm'],
  ...['BatchMatMul', '_FusedMatMul'],
  ...['Add', 'Sub', 'Multiply', 'RealDiv', 'Maximum', 'Minimum', 'SquaredDifference'],
  ...['Relu', 'Relu6', 'LeakyRelu', 'Elu', 'ClipByValue', 'Step', 'Sigmoid', 'Tanh'],
  ...['Square', 'Sqrt', 'Rsqrt', 'Exp', 'Log', 'Neg', 'Abs', 'Floor', 'Ceil'],
  ...['Sum', 'Mean', 'Max', 'Min', 'Softmax'],
  ...['Transpose', 'Concat', 'Pack', 'Slice', 'SplitV', 'Unpack', 'PadV2', 'Tile'],
  ...['GatherV2', 'UnsortedSegmentSum'],
];

test('every hot kernel has a fast one, and none has two', () => {
  expect(names).toEqual(expect.arrayContaining(hot));
  expect(new Set(names).size).toBe(names.length);
});

describeOnSimd('the kernels', () => {
  test('of the cpu backend are all there, and the fast ones in their place', () => {
    for (const { kernelName, kernelFunc } of getKernelsForBackend('cpu')) {
      const { kernelFunc: here } = getKernel(kernelName, 'simd');
      expect(here !== kernelFunc, kernelName).toBe(names.includes(kernelName));
    }
  });
});
