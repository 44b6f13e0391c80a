/**
 * The most multiply-adds a second that this processor gives four float32 at a time from WebAssembly, measured in
 * registers alone, and beside it what the matrix products and convolutions of the simd backend reach on one thread.
 * Build the library first.
 *
 *   node bench/peak.mjs [--relaxed] [--rounds 7]
 *
 * Winograd's algorithm does fewer multiplications than it is counted for here, so that it may pass 100 %.
 */
import '@tensorflow/tfjs-backend-cpu';
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import asc from 'assemblyscript/asc';
import { registerSimdBackend } from 'tfjs-metric-learning/backend';
import { machine } from './machine.mjs';
import { figure, median, table } from './tables.mjs';

const { values } = parseArgs({
  options: {
    relaxed: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '7' },
  },
});
const { relaxed } = values;
const rounds = Number(values.rounds);

await registerSimdBackend({ threads: 1, relaxed });
await tf.setBackend('simd');
tf.env().set('IS_TEST', true);

const { spin } = await registersOnly();
const operations = [
  ['matMul 512 x 512 x 512', matMul(512, 512, 512)],
  ['matMul 2048 x 128 x 128', matMul(2048, 128, 128)],
  ['matMul 2048 x 128 x 205', matMul(2048, 128, 205)],
  ['matMul 128 x 2048 x 205, a transposed', matMul(128, 2048, 205, true)],
  ['matMul 96 x 800 x 128', matMul(96, 800, 128)],
  ['matMul 96 x 64 x 192', matMul(96, 64, 192)],
  ['conv2d 3 x 3, 1 to 32 channels, 96 x 28 x 28', conv2d(96, 28, 1, 32, 3)],
  ['conv2d 3 x 3, 32 to 32 channels, 96 x 13 x 13', conv2d(96, 13, 32, 32, 3)],
  ['conv2d 5 x 5, 32 to 64 channels, 32 x 14 x 14', conv2d(32, 14, 32, 64, 5)],
  ['conv2d 1 x 1, 64 to 128 channels, 32 x 16 x 16', conv2d(32, 16, 64, 128, 1)],
];

const warm = 200;
for (const [, { run }] of operations)
  for (const end = performance.now() + warm; performance.now() < end; ) run();
spin(20_000_000);

// In turn, so that what else the machine does hits the peak and all others alike.
const peaks = [];
const rates = operations.map(() => []);
for (let round = 0; round < rounds; round++) {
  peaks.push(rate(() => spin(4_000_000), 4_000_000 * 12 * 4));
  for (const [i, [, { run, count }]] of operations.entries()) rates[i].push(rate(run, count));
}
const percent = (all) => figure(100 * median(all.map((one, i) => one / peaks[i])));
console.log(`${machine()}\n`);
console.log(
  `Multiply-adds, 1 thread, ${relaxed ? 'relaxed FMA' : 'multiplication and addition rounded each'}\n`,
);
console.log(
  table(
    ['work', 'billions a second', '% of the peak'],
    [
      ['registers alone', figure(median(peaks)), '100'],
      ...operations.map(([name], i) => [name, figure(median(rates[i])), percent(rates[i])]),
    ],
  ),
);

/** Billions a second, of `count` multiply-adds each time, over some 30 ms. */
function rate(run, count) {
  const started = performance.now();
  let done = 0;
  while (performance.now() - started < 30) {
    run();
    done += count;
  }
  return done / (performance.now() - started) / 1e6;
}

function matMul(rows, depth, columns, transposeA = false) {
  const a = tf.randomUniform(transposeA ? [depth, rows] : [rows, depth]);
  const b = tf.randomUniform([depth, columns]);
  const run = () => compute(() => tf.matMul(a, b, transposeA));
  return { run, count: rows * depth * columns };
}

function conv2d(batch, size, channels, outChannels, filterSize) {
  const x = tf.randomUniform([batch, size, size, channels]);
  const filter = tf.randomUniform([filterSize, filterSize, channels, outChannels]);
  const out = size - filterSize + 1;
  const run = () => compute(() => tf.fused.conv2d({ x, filter, strides: 1, pad: 'valid' }));
  return { run, count: batch * out * out * outChannels * filterSize * filterSize * channels };
}

/** Runs an operation, whose work may be put off, without copying its result out. */
function compute(operation) {
  const y = operation();
  tf.backend().pointer(y);
  y.dispose();
}

/** `spin(n)`: n times 12 multiply-adds of four floats that do not wait for each other. */
async function registersOnly() {
  const sums = Array.from({ length: 12 }, (_, i) => `s${i}`);
  const step = (s) =>
    relaxed
      ? `${s} = f32x4.relaxed_madd(a, b, ${s});`
      : `${s} = f32x4.add(${s}, f32x4.mul(a, ${s}));`;
  const source = `
    export function spin(count: i32): f32 {
      const a = f32x4.splat(0.5); const b = f32x4.splat(0.25);
      ${sums.map((s, i) => `let ${s} = f32x4.splat(${i});`).join('\n')}
      for (let i = 0; i < count; i++) { ${sums.map(step).join('\n')} }
      return f32x4.extract_lane(${sums.reduce((all, s) => `f32x4.add(${all}, ${s})`)}, 0);
    }`;
  let bytes;
  const { error } = await asc.main(
    ['spin.ts', '--outFile=spin.wasm', '-O3', '--runtime=stub', '--enable=simd,relaxed-simd'],
    {
      readFile: (name) => (name === 'spin.ts' ? source : null),
      writeFile: (name, contents) => {
        if (name === 'spin.wasm') bytes = contents;
      },
      listFiles: () => [],
    },
  );
  if (error) throw error;
  return (await WebAssembly.instantiate(bytes)).instance.exports;
}
