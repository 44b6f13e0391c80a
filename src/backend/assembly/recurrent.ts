import { applyGate, copyRow, gate, multiplyPanels, packGates } from './gates';
import { CELL_GRU, CELL_LSTM, RECURRENT_PANELS } from './operations';

/**
 * A recurrent layer over all its steps, whose state starts at 0. With p the row of `projected` of a step,
 * x kernel + bias, and h the state, there are the cells of tfjs-layers:
 *
 * - simple: h' = f(p + h kernel)
 * - GRU: z, r = g(p + h kernel); n = f(p + (r h) candidateKernel); h' = z h + (1 - z) n
 * - LSTM: i, f, o = g(p + h kernel), n = f(p + h kernel) in the order i, f, n, o; c' = f c + i n; h' = o f(c')
 *
 * `projected` is [batch, steps, gates * units], kernels are from packColumns. `out` is [batch, steps, units] with
 * `sequences`, in the order in which the steps are taken, and otherwise [batch, units]; `backwards` begins at the last
 * step. `record` is what the gradient needs, or 0: [batch, steps, gates, then c of an LSTM, then h], both as they were
 * before the step. `scratch` has `scratchBytes` for each thread. Panels of 4 rows of the batch `from` to `to`.
 */
export function recurrent(
  projected: usize,
  kernel: usize,
  candidateKernel: usize,
  record: usize,
  out: usize,
  batch: i32,
  steps: i32,
  units: i32,
  cell: i32,
  activation: i32,
  gateActivation: i32,
  backwards: i32,
  sequences: i32,
  scratch: usize,
  scratchBytes: i32,
  from: i32,
  to: i32,
  thread: i32,
): void {
  const gates = cell == CELL_GRU ? 3 : cell == CELL_LSTM ? 4 : 1;
  const unit = (<usize>units) << 2;
  const line = (<usize>((units + 7) & ~7)) << 2; // a row of units in scratch memory
  const lines = <usize>(4 * RECURRENT_PANELS) * line;
  const recordBytes = <usize>(cell == CELL_GRU ? 4 : cell == CELL_LSTM ? 6 : 2) * unit;
  const state = scratch + <usize>thread * scratchBytes;
  const cellState = state + lines;
  const open = cellState + lines; // the gates
  const products = open + 4 * lines;
  const packed = products + 4 * lines;

  for (let panel = from; panel < to; panel += RECURRENT_PANELS) {
    const panels = min(RECURRENT_PANELS, to - panel);
    const first = panel << 2;
    const rows = min(panels << 2, batch - first);
    zero(state, 14 * lines);
    for (let step = 0; step < steps; step++) {
      const time = backwards ? steps - 1 - step : step;
      multiplyPanels(
        packed,
        kernel,
        products,
        4 * line,
        panels,
        units,
        cell == CELL_GRU ? 2 * units : gates * units,
      );
      if (cell == CELL_GRU) {
        for (let row = 0; row < rows; row++) {
          const p = projected + <usize>((first + row) * steps + time) * <usize>gates * unit;
          const q = products + 4 * <usize>row * line;
          const g = open + 4 * <usize>row * line;
          gate(p, q, g, units, gateActivation);
          gate(p + unit, q + unit, g + line, units, gateActivation);
          multiplyRows(g + line, state + <usize>row * line, g + 2 * line, line);
        }
        packGates(open + 2 * line, 4 * line, 0, 1, units, panels, packed);
        multiplyPanels(packed, candidateKernel, products, 4 * line, panels, units, units);
      }
      for (let row = 0; row < rows; row++) {
        const at = <usize>((first + row) * steps + time);
        const p = projected + at * <usize>gates * unit;
        const q = products + 4 * <usize>row * line;
        const g = open + 4 * <usize>row * line;
        const h = state + <usize>row * line;
        const c = cellState + <usize>row * line;
        if (cell == CELL_GRU) {
          gate(p + 2 * unit, q, g + 2 * line, units, activation);
        } else if (cell == CELL_LSTM) {
          gate(p, q, g, units, gateActivation);
          gate(p + unit, q + unit, g + line, units, gateActivation);
          gate(p + 2 * unit, q + 2 * unit, g + 2 * line, units, activation);
          gate(p + 3 * unit, q + 3 * unit, g + 3 * line, units, gateActivation);
        } else {
          gate(p, q, g, units, activation);
        }
        if (record) {
          let kept = record + at * recordBytes;
          for (let i = 0; i < gates; i++) {
            copyRow(g + <usize>i * line, kept, units);
            kept += unit;
          }
          if (cell == CELL_LSTM) {
            copyRow(c, kept, units);
            kept += unit;
          }
          copyRow(h, kept, units);
        }
        if (cell == CELL_GRU) gruState(g, h, line);
        else if (cell == CELL_LSTM) lstmState(g, h, c, line, units, activation);
        else copyRow(g, h, units);
        if (sequences) copyRow(h, out + <usize>((first + row) * steps + step) * unit, units);
        else if (step == steps - 1) copyRow(h, out + <usize>(first + row) * unit, units);
      }
      packGates(state, line, 0, 1, units, panels, packed);
    }
  }
}

function zero(at: usize, bytes: usize): void {
  memory.fill(at, 0, bytes);
}

function multiplyRows(a: usize, b: usize, to: usize, bytes: usize): void {
  for (let at: usize = 0; at < bytes; at += 16) {
    v128.store(to + at, f32x4.mul(v128.load(a + at), v128.load(b + at)));
  }
}

function gruState(gates: usize, h: usize, line: usize): void {
  for (let at: usize = 0; at < line; at += 16) {
    const z = v128.load(gates + at);
    const rest = f32x4.mul(f32x4.sub(f32x4.splat(1), z), v128.load(gates + 2 * line + at));
    v128.store(h + at, f32x4.add(f32x4.mul(z, v128.load(h + at)), rest));
  }
}

function lstmState(
  gates: usize,
  h: usize,
  c: usize,
  line: usize,
  units: i32,
  activation: i32,
): void {
  for (let at: usize = 0; at < line; at += 16) {
    const kept = f32x4.mul(v128.load(gates + line + at), v128.load(c + at));
    const added = f32x4.mul(v128.load(gates + at), v128.load(gates + 2 * line + at));
    v128.store(c + at, f32x4.add(kept, added));
  }
  applyGate(c, h, units, activation);
  multiplyRows(gates + 3 * line, h, h, line);
}
