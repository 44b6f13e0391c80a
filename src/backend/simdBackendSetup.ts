/** How much scratch memory and how many outputs there were when a kernel began. */
export interface KernelMark {
  readonly scratch: number;
  readonly outputs: number;
}

/** What a backend is made of. */
export interface SimdBackendSetup {
  readonly module: WebAssembly.Module;
  readonly threads: number;
  /** Whether the module uses fused multiply-add. */
  readonly relaxed: boolean;
  /** The most 64 kB pages of memory for tensors. Default: all that 32-bit addresses reach. */
  readonly pages?: number;
}
