import { cpus, loadavg, release, totalmem, type } from 'node:os';

/** The machine, the day, and how busy the machine is before the run, in a line. */
export function machine() {
  const [{ model }] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  const today = new Date().toISOString().slice(0, 10);
  const system = `${type()} ${release()}, Node ${process.version}`;
  const load = `load before the run ${loadavg()[0].toFixed(1)}`;
  return `${cpus().length} x ${model}, ${memory} GB, ${system}; ${today}; ${load}`;
}
