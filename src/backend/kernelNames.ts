/**
 * Kernels of tfjs-core that the simd backend has a fast version of. It inherits all others from the cpu backend.
 *
 * @example replacedKernelNames.includes('Conv2D'); // true
 */
export const replacedKernelNames = [
  'Abs',
  'Add',
  'AvgPool',
  'AvgPoolGrad',
  'BatchMatMul',
  'Ceil',
  'ClipByValue',
  'Concat',
  'Conv2D',
  'Conv2DBackpropFilter',
  'Conv2DBackpropInput',
  'DepthwiseConv2dNative',
  'DepthwiseConv2dNativeBackpropFilter',
  'DepthwiseConv2dNativeBackpropInput',
  'Elu',
  'Exp',
  'Floor',
  'FusedBatchNorm',
  'FusedConv2D',
  'FusedDepthwiseConv2D',
  'GatherV2',
  'LeakyRelu',
  'Log',
  'Max',
  'MaxPool',
  'MaxPoolGrad',
  'Maximum',
  'Mean',
  'Min',
  'Minimum',
  'Multiply',
  'Neg',
  'Pack',
  'PadV2',
  'RealDiv',
  'Relu',
  'Relu6',
  'Reverse',
  'Rsqrt',
  'Sigmoid',
  'Slice',
  'Softmax',
  'SplitV',
  'Sqrt',
  'Square',
  'SquaredDifference',
  'Step',
  'Sub',
  'Sum',
  'Tanh',
  'Tile',
  'Transpose',
  'Unpack',
  'UnsortedSegmentSum',
  '_FusedMatMul',
] as const;

/**
 * Kernels that no other backend has. All names begin with `Simd`. Operations of this library look them up by name, and
 * have a fallback for other backends.
 *
 * @example privateKernelNames.every((name) => name.startsWith('Simd')); // true
 */
export const privateKernelNames = [
  'SimdAdam',
  'SimdAddTransposed',
  'SimdBatchNormSums',
  'SimdBatchNormTraining',
  'SimdBatchNormTrainingGradient',
  'SimdBoundedSums',
  'SimdBoundedSumsGradient',
  'SimdConvolution',
  'SimdConvolutionInputGradient',
  'SimdCrossEntropy',
  'SimdCrossEntropyGradient',
  'SimdDivideOrZero',
  'SimdDrawn',
  'SimdDropout',
  'SimdEqual',
  'SimdLayerNorm',
  'SimdLayerNormGradient',
  'SimdLogSumExp',
  'SimdLogSumExpGradient',
  'SimdMaskedGradient',
  'SimdMaxPoolGradient',
  'SimdMovingAverage',
  'SimdNormalize',
  'SimdNormalizeGradient',
  'SimdPairMasks',
  'SimdPooledConvolution',
  'SimdPooledFilterGradient',
  'SimdPooledSum',
  'SimdRecurrent',
  'SimdRecurrentGradient',
  'SimdReluGradient',
  'SimdRowDistances',
  'SimdSoftmaxGradient',
  'SimdSums',
] as const;

/** A kernel that the simd backend has itself. */
export type SimdKernelName =
  | (typeof replacedKernelNames)[number]
  | (typeof privateKernelNames)[number];

/**
 * Which code computes a kernel on the simd backend: its `own`, or that of the cpu backend, which is `inherited`.
 *
 * @example
 * kernelOrigin('Conv2D'); // 'own'
 * kernelOrigin('TopK'); // 'inherited'
 */
export function kernelOrigin(kernelName: string): 'own' | 'inherited' {
  const own: readonly string[] = [...replacedKernelNames, ...privateKernelNames];
  return own.includes(kernelName) ? 'own' : 'inherited';
}
