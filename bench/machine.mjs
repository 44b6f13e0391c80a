import { cpus, release, totalmem, type } from 'node:os';

/** The machine and the day, in a line. */
export function machine() {
  const [{ model }] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  const today = new Date().toISOString().slice(0, 10);
  return `${cpus().length} x ${model}, ${memory} GB, ${type()} ${release()}, Node ${process.version}; ${today}`;
}
