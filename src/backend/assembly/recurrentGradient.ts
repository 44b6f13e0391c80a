import { applyGate, copyRow, multiplyPanels, packGates, slope } from './gates';
import { storeLanes } from './lanes';
import { CELL_GRU, CELL_LSTM, RECURRENT_PANELS } from './operations';

/**
 * The gradient of recurrent.ts by `projected`. `dy` is the gradient by `out`; the kernels are transposed, then from
 * packColumns. Of a GRU, `resetState` becomes r h of each step, [batch, steps, units], which the gradient by the kernel
 * needs. All else as in recurrent.ts. Panels of 4 rows of the batch `from` to `to`.
 */
export function recurrentGradient(
  record: usize,
  dy: usize,
  kernel: usize,
  candidateKernel: usize,
  dProjected: usize,
  resetState: usize,
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
  const line = (<usize>((units + 7) & ~7)) << 2;
  const lines = <usize>(4 * RECURRENT_PANELS) * line;
  const recordBytes = <usize>(cell == CELL_GRU ? 4 : cell == CELL_LSTM ? 6 : 2) * unit;
  const dState = scratch + <usize>thread * scratchBytes;
  const dMemory = dState + lines;
  const open = dMemory + lines; // gradients by what goes into the gates
  const products = open + 4 * lines;
  const packed = products + 4 * lines;

  for (let panel = from; panel < to; panel += RECURRENT_PANELS) {
    const panels = min(RECURRENT_PANELS, to - panel);
    const first = panel << 2;
    const rows = min(panels << 2, batch - first);
    memory.fill(dState, 0, 14 * lines);
    for (let step = steps - 1; step >= 0; step--) {
      const time = backwards ? steps - 1 - step : step;
      for (let row = 0; row < rows; row++) {
        const at = <usize>((first + row) * steps + time);
        const kept = record + at * recordBytes;
        const g = open + 4 * <usize>row * line;
        const dh = dState + <usize>row * line;
        const q = products + 4 * <usize>row * line;
        if (sequences) addRow(dy + <usize>((first + row) * steps + step) * unit, dh, unit);
        else if (step == steps - 1) addRow(dy + <usize>(first + row) * unit, dh, unit);
        if (cell == CELL_GRU) {
          gruFirst(kept, dh, g, resetState + at * unit, unit, line, activation, gateActivation);
        } else if (cell == CELL_LSTM) {
          const dc = dMemory + <usize>row * line;
          lstmGates(kept, dh, dc, g, q, unit, line, units, activation, gateActivation);
        } else {
          simpleGate(kept, dh, g, unit, activation);
        }
      }
      if (cell == CELL_GRU) {
        packGates(open + 2 * line, 4 * line, 0, 1, units, panels, packed);
        multiplyPanels(packed, candidateKernel, products, line, panels, units, units);
      }
      for (let row = 0; row < rows; row++) {
        const at = <usize>((first + row) * steps + time);
        const g = open + 4 * <usize>row * line;
        if (cell == CELL_GRU) {
          const kept = record + at * recordBytes;
          const dh = dState + <usize>row * line;
          gruSecond(kept, products + <usize>row * line, dh, g + line, unit, gateActivation);
        }
        let target = dProjected + at * <usize>gates * unit;
        for (let i = 0; i < gates; i++) {
          copyRow(g + <usize>i * line, target, units);
          target += unit;
        }
      }
      const depth = cell == CELL_GRU ? 2 : gates;
      packGates(open, 4 * line, line, depth, units, panels, packed);
      multiplyPanels(packed, kernel, products, line, panels, depth * units, units);
      for (let row = 0; row < rows; row++) {
        const dh = dState + <usize>row * line;
        const q = products + <usize>row * line;
        if (cell == CELL_GRU) addRow(q, dh, unit);
        else copyRow(q, dh, units);
      }
    }
  }
}

function addRow(x: usize, to: usize, bytes: usize): void {
  for (let at: usize = 0; at < bytes; at += 16) {
    v128.store(to + at, f32x4.add(v128.load(to + at), v128.load(x + at)));
  }
}

/** Gradients by what goes into z and n, and by h as far as z gives it. */
function gruFirst(
  kept: usize,
  dh: usize,
  g: usize,
  resetState: usize,
  unit: usize,
  line: usize,
  activation: i32,
  gateActivation: i32,
): void {
  const one = f32x4.splat(1);
  for (let at: usize = 0; at < unit; at += 16) {
    const z = v128.load(kept + at);
    const r = v128.load(kept + unit + at);
    const n = v128.load(kept + 2 * unit + at);
    const h = v128.load(kept + 3 * unit + at);
    const d = v128.load(dh + at);
    const dz = f32x4.mul(d, f32x4.sub(h, n));
    const dn = f32x4.mul(d, f32x4.sub(one, z));
    v128.store(g + at, f32x4.mul(dz, slope(z, gateActivation)));
    v128.store(g + 2 * line + at, f32x4.mul(dn, slope(n, activation)));
    v128.store(dh + at, f32x4.mul(d, z));
    storeLanes(resetState + at, f32x4.mul(r, h), min(4, <i32>((unit - at) >> 2)));
  }
}

/** The gradient by what goes into r, and by h as far as r h gives it; `d` is the gradient by r h. */
function gruSecond(
  kept: usize,
  d: usize,
  dh: usize,
  g: usize,
  unit: usize,
  gateActivation: i32,
): void {
  for (let at: usize = 0; at < unit; at += 16) {
    const r = v128.load(kept + unit + at);
    const h = v128.load(kept + 3 * unit + at);
    const dReset = v128.load(d + at);
    v128.store(g + at, f32x4.mul(f32x4.mul(dReset, h), slope(r, gateActivation)));
    v128.store(dh + at, f32x4.add(v128.load(dh + at), f32x4.mul(dReset, r)));
  }
}

/** Gradients by what goes into the gates, and by c; `q` is a row of scratch memory. */
function lstmGates(
  kept: usize,
  dh: usize,
  dc: usize,
  g: usize,
  q: usize,
  unit: usize,
  line: usize,
  units: i32,
  activation: i32,
  gateActivation: i32,
): void {
  for (let at: usize = 0; at < unit; at += 16) {
    const old = f32x4.mul(v128.load(kept + unit + at), v128.load(kept + 4 * unit + at));
    const added = f32x4.mul(v128.load(kept + at), v128.load(kept + 2 * unit + at));
    v128.store(q + at, f32x4.add(old, added));
  }
  applyGate(q, q, units, activation);
  for (let at: usize = 0; at < unit; at += 16) {
    const i = v128.load(kept + at);
    const f = v128.load(kept + unit + at);
    const n = v128.load(kept + 2 * unit + at);
    const o = v128.load(kept + 3 * unit + at);
    const c = v128.load(kept + 4 * unit + at);
    const y = v128.load(q + at);
    const d = v128.load(dh + at);
    const dMemory = f32x4.add(v128.load(dc + at), f32x4.mul(f32x4.mul(d, o), slope(y, activation)));
    v128.store(g + at, f32x4.mul(f32x4.mul(dMemory, n), slope(i, gateActivation)));
    v128.store(g + line + at, f32x4.mul(f32x4.mul(dMemory, c), slope(f, gateActivation)));
    v128.store(g + 2 * line + at, f32x4.mul(f32x4.mul(dMemory, i), slope(n, activation)));
    v128.store(g + 3 * line + at, f32x4.mul(f32x4.mul(d, y), slope(o, gateActivation)));
    v128.store(dc + at, f32x4.mul(dMemory, f));
  }
}

function simpleGate(kept: usize, dh: usize, g: usize, unit: usize, activation: i32): void {
  for (let at: usize = 0; at < unit; at += 16) {
    v128.store(g + at, f32x4.mul(v128.load(dh + at), slope(v128.load(kept + at), activation)));
  }
}
