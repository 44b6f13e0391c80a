/** The simd backend's gradients in place of the former ones. */
export interface ReplacedGradients {
  /** Replaces those that tfjs has by now: they are registered by tfjs-layers, which may be imported later. */
  update(): void;
  /** Puts the former ones back. */
  restore(): void;
}

/** What a backend is made of. */
export interface SimdBackendSetup {
  readonly module: WebAssembly.Module;
  readonly threads: number;
  /** Whether the module uses fused multiply-add. */
  readonly relaxed: boolean;
  /** Puts the backend's gradients in place. Called once, when all else is ready. */
  readonly replaceGradients: () => ReplacedGradients;
  /** The most 64 kB pages of memory for tensors. Default: all that 32-bit addresses reach. */
  readonly pages?: number;
}
