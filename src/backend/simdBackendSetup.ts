/** The gradients of the simd backend, which replace those of tfjs. */
export interface ReplacedGradients {
  /** Replaces the gradients that tfjs has by now; tfjs-layers, which may be imported later, registers some of them. */
  update(): void;
  /** Restores the former gradients. */
  restore(): void;
}

/** What a backend is made of. */
export interface SimdBackendSetup {
  readonly module: WebAssembly.Module;
  readonly threads: number;
  /** Whether the module uses fused multiply-add. */
  readonly relaxed: boolean;
  /** Registers the backend's gradients. Called once, when all else is ready. */
  readonly replaceGradients: () => ReplacedGradients;
  /** The most 64 kB pages of memory for tensors. Default: all that 32-bit addresses reach. */
  readonly pages?: number;
}
