/** More threads than this have to be asked for: few layers have work for them. */
const most = 8;

/** Whether worker threads can share memory with this one: in Node, and in a page that is cross-origin isolated. */
export function canShareMemory(): boolean {
  if (typeof SharedArrayBuffer === 'undefined') return false;
  return isNode() || globalThis.crossOriginIsolated === true;
}

/** Threads the machine runs at once, at most 8. */
export function availableThreads(): number {
  const os = globalThis.process?.getBuiltinModule?.('node:os');
  const available = os ? os.availableParallelism() : globalThis.navigator?.hardwareConcurrency;
  return Math.max(1, Math.min(available ?? 1, most));
}

function isNode(): boolean {
  return globalThis.process?.getBuiltinModule !== undefined;
}
