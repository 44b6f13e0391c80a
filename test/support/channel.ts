import type { Port } from '../../src/browser/training/messages.ts';

/** Two ends of a border that clones what crosses it, as that between a page and a worker does. */
export function channel(): { page: Port; worker: Port; close: () => void } {
  const { port1, port2 } = new MessageChannel();
  return { page: port1 as Port, worker: port2 as Port, close: () => port1.close() };
}
