import {
  backend_util,
  type GatherV2Attrs,
  type TensorInfo,
  type UnsortedSegmentSumAttrs,
  util,
} from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../simdBackend.ts';
import type { SimdKernel } from '../simdKernel.ts';

export const gatherKernels: readonly SimdKernel[] = [
  { kernelName: 'GatherV2', integers: ['indices'], run: gather },
  { kernelName: 'UnsortedSegmentSum', integers: ['segmentIds'], run: segmentSum },
];

/** The sums of more rows than this are taken in float64: all of them may belong to one segment. */
const manyRows = 8192;

/** Floats that a thread copies in some 20 us. */
const worthAThread = 32_768;

function gather(
  backend: SimdBackend,
  { x, indices }: { x: TensorInfo; indices: TensorInfo },
  { axis, batchDims }: GatherV2Attrs,
): TensorInfo | undefined {
  const [along = 0] = util.parseAxisParam(axis, x.shape);
  const length = x.shape[along]!;
  // The cpu backend's kernel says what is wrong with an index.
  const isInside = (index: number): boolean => index >= 0 && index < length;
  if (!(backend.readSync(indices.dataId) as Int32Array).every(isInside)) return undefined;
  const { batchSize, outerSize, sliceSize, outputShape } =
    backend_util.segment_util.collectGatherOpShapeInfo(x, indices, along, batchDims ?? 0);
  if (batchSize > 1 && outerSize > 1) return undefined;
  const out = backend.output(outputShape);
  const blocks = batchSize * outerSize;
  const count = util.sizeFromShape(indices.shape) / batchSize;
  backend.run(
    'gatherRows',
    {
      x: backend.pointer(x),
      indices: backend.integers(indices),
      out: backend.pointer(out),
      length,
      count,
      rowFloats: sliceSize,
      ownIndices: batchSize > 1 ? 1 : 0,
    },
    { count: blocks * count, grain: Math.ceil(worthAThread / (sliceSize + 1)) },
  );
  return out;
}

function segmentSum(
  backend: SimdBackend,
  { x, segmentIds }: { x: TensorInfo; segmentIds: TensorInfo },
  { numSegments }: UnsortedSegmentSumAttrs,
): TensorInfo | undefined {
  const [rows = 0, ...rest] = x.shape;
  if (segmentIds.shape.length !== 1) return undefined;
  const out = backend.output([numSegments, ...rest]);
  const rowFloats = util.sizeFromShape(rest);
  backend.run(
    'segmentSum',
    {
      x: backend.pointer(x),
      segments: backend.integers(segmentIds),
      out: backend.pointer(out),
      sums: rows > manyRows ? backend.scratch(8 * numSegments * rowFloats) : 0,
      rows,
      segmentCount: numSegments,
      rowFloats,
    },
    { count: rowFloats, grain: 4 * Math.ceil(worthAThread / (4 * (rows + numSegments))) },
  );
  return out;
}
