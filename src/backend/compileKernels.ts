import { MetricLearningError } from '../errors/metricLearningError.ts';
import { kernelBytes } from './kernelBytes.ts';

/**
 * Compiles the kernels, with fused multiply-add where `relaxed`.
 *
 * @throws MetricLearningError where the engine has no WebAssembly SIMD, threads, or relaxed SIMD, or the page forbids
 *   WebAssembly.
 */
export async function compileKernels(relaxed: boolean): Promise<WebAssembly.Module> {
  if (relaxed) allowRelaxedSimd();
  const bytes = await kernelBytes(relaxed);
  if (typeof WebAssembly === 'undefined' || !WebAssembly.validate(bytes)) {
    throw new MetricLearningError({
      where: 'registerSimdBackend',
      expected: `an engine with WebAssembly ${relaxed ? 'relaxed SIMD' : 'SIMD and threads'}`,
      got: 'one that does not take the kernels',
      fix: relaxed ? 'Leave `relaxed` out.' : 'Use the cpu backend here.',
    });
  }
  try {
    return await WebAssembly.compile(bytes);
  } catch (cause) {
    throw new MetricLearningError(
      {
        where: 'registerSimdBackend',
        expected: "a page whose Content-Security-Policy allows 'wasm-unsafe-eval'",
        got: (cause as Error).message,
      },
      { cause },
    );
  }
}

/** Node 20 has relaxed SIMD behind a flag, which V8 looks at when it compiles a module. */
function allowRelaxedSimd(): void {
  const major = Number.parseInt(globalThis.process?.versions?.node ?? '22', 10);
  if (major >= 22) return;
  globalThis.process
    .getBuiltinModule?.('node:v8')
    .setFlagsFromString('--experimental-wasm-relaxed-simd');
}
