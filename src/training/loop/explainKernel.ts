import { MetricLearningError } from '../../errors/metricLearningError.ts';

/** An error of a backend without a kernel that training needs, with what helps; any other error as it is. */
export function explainKernel(error: unknown): unknown {
  const [, kernel, backend] =
    /Kernel '(\w+)' not registered for backend '(\w+)'/.exec((error as Error)?.message ?? '') ?? [];
  if (kernel === undefined || backend === undefined) return error;
  return new MetricLearningError(
    {
      where: 'TripletModel.fit',
      expected: 'a backend that has all kernels of training',
      got: `${backend}, which has no ${kernel}`,
      fix: "Train with simd: await registerSimdBackend() of 'tfjs-metric-learning/backend', then await setBackend('simd').",
    },
    { cause: error },
  );
}
