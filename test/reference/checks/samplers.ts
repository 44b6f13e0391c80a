import { dispose, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { normalize } from '../../../src/ops/normalize.ts';
import { createRandom } from '../../../src/random/createRandom.ts';
import { fixedTripletsSampler } from '../../../src/samplers/fixedTripletsSampler.ts';
import { hierarchicalSampler } from '../../../src/samplers/hierarchicalSampler.ts';
import { mPerClassSampler } from '../../../src/samplers/mPerClassSampler.ts';
import { randomTripletsSampler } from '../../../src/samplers/randomTripletsSampler.ts';
import { tuplesToWeightsSampler } from '../../../src/samplers/tuplesToWeightsSampler.ts';
import { minerOf } from '../../support/referenceMiners.ts';
import { expectNear, expectRefused, expectSame, type Numbers } from './compare.ts';

/** A case of `samplers.json`. */
export interface SamplerCase {
  id: string;
  sampler: string;
  labels: number[] | number[][];
  embeddings?: number[][];
  args: Readonly<Record<string, unknown>>;
  expected: Readonly<Record<string, unknown>> & { error?: object };
}

const epochs = 20;

/** The reference's name of each sampler, and the check of the properties it lists. */
const checks: Readonly<Record<string, (c: SamplerCase) => void>> = {
  MPerClassSampler: checkMPerClass,
  FixedSetOfTriplets: checkFixedTriplets,
  HierarchicalSampler: checkHierarchical,
  TuplesToWeightsSampler: checkTuplesToWeights,
};

/** Compares what a sampler draws with the properties that the reference's draws have. */
export function checkSampler(c: SamplerCase): void {
  const check = checks[c.sampler];
  if (check === undefined) throw new Error(`no sampler for ${c.sampler}`);
  if (c.expected.error) expectRefused(() => check(c));
  else check(c);
}

function checkMPerClass({ labels, args, expected }: SamplerCase): void {
  const ids = Int32Array.from(labels as number[]);
  const m = args['m'] as number;
  const length = args['length_before_new_iter'] as number;
  const batchSize = (args['batch_size'] as number | null) ?? m * new Set(ids).size;
  const sampler = mPerClassSampler({ m, length });
  const drawn = draw((random) => sampler.sample(ids, random, batchSize));
  const batches = drawn.flat();
  const blocks = batches.flatMap((batch) => chunks(batch, m));
  const classOf = (i: number): number => ids[i] as number;
  const sizes = new Map(
    distinct(ids).map((id) => [id, ids.filter((other) => other === id).length]),
  );

  expectSame('iterated_length', distinct(drawn.map((epoch) => epoch.flat().length)), [
    expected['iterated_length'],
  ]);
  expectSame('len', distinct(drawn.map((epoch) => epoch.length * batchSize)), [expected['len']]);
  expectSame('batch_length', distinct(batches.map((batch) => batch.length)), [
    expected['batch_length'],
  ]);
  expectSame('num_full_batches', distinct(drawn.map((epoch) => epoch.length)), [
    expected['num_full_batches'],
  ]);
  expectSame(
    'classes_per_batch',
    distinct(batches.map((batch) => new Set(batch.map(classOf)).size)),
    expected['classes_per_batch'],
  );
  expectSame(
    'samples_per_class_per_batch',
    distinct(batches.flatMap((batch) => counts(batch.map(classOf)))),
    expected['samples_per_class_per_batch'],
  );
  expectSame(
    'each_run_of_m_is_one_class',
    blocks.every((block) => new Set(block.map(classOf)).size === 1),
    expected['each_run_of_m_is_one_class'],
  );
  const large = blocks.filter(([first = 0]) => (sizes.get(classOf(first)) as number) >= m);
  expectSame(
    'repeats_within_class_block_when_class_size_ge_m',
    large.some((block) => new Set(block).size < m),
    expected['repeats_within_class_block_when_class_size_ge_m'],
  );
  expectSame(
    'classes_ever_seen',
    distinct(batches.flat().map(classOf)),
    expected['classes_ever_seen'],
  );
}

function checkFixedTriplets({ labels, args, expected }: SamplerCase): void {
  const ids = Int32Array.from(labels as number[]);
  const count = args['num_triplets'] as number;
  const drawn = randomTripletsSampler({ count, allowSingletons: true }).sample(
    ids,
    createRandom(1),
  );
  const sampler = fixedTripletsSampler(drawn);
  const [first, second] = [1, 2].map((seed) => sampler.sample(ids, createRandom(seed)));
  const { anchor, positive, negative } = first as typeof drawn;
  const rows = Array.from(
    anchor,
    (a, i) => [a, positive[i] as number, negative[i] as number] as const,
  );
  const lone = (i: number): boolean => ids.filter((id) => id === ids[i]).length === 1;

  expectSame('len', 3 * rows.length, expected['len']);
  expectSame('iterated_length', rows.flat().length, expected['iterated_length']);
  expectSame(
    'same_triplets_every_iteration',
    JSON.stringify(first) === JSON.stringify(second),
    expected['same_triplets_every_iteration'],
  );
  expectSame(
    'label_a_eq_p',
    rows.every(([a, p]) => ids[a] === ids[p]),
    expected['label_a_eq_p'],
  );
  expectSame(
    'label_a_ne_n',
    rows.every(([a, , n]) => ids[a] !== ids[n]),
    expected['label_a_ne_n'],
  );
  expectSame(
    'anchor_ne_positive_when_class_size_ge_2',
    rows.every(([a, p]) => lone(a) || a !== p),
    expected['anchor_ne_positive_when_class_size_ge_2'],
  );
  expectSame(
    'anchor_eq_positive_when_class_size_1',
    rows.every(([a, p]) => !lone(a) || a === p),
    expected['anchor_eq_positive_when_class_size_1'],
  );
}

function checkHierarchical({ labels, args, expected }: SamplerCase): void {
  const column = (at: unknown): Int32Array =>
    Int32Array.from(labels as number[][], (row) => row[at as number] as number);
  const [inner, outer] = [column(args['inner_label']), column(args['outer_label'])];
  const sampler = hierarchicalSampler({
    superLabels: outer,
    samplesPerClass: args['samples_per_class'] as number | 'all',
    superClassesPerBatch: args['super_classes_per_batch'] as number,
    batchesPerSuperTuple: args['batches_per_super_tuple'] as number,
  });
  const drawn = draw((random) => sampler.sample(inner, random, args['batch_size'] as number));
  const batches = drawn.flat();
  const of = (ids: Int32Array) => (batch: number[]) => batch.map((i) => ids[i] as number);

  expectSame('num_batches', distinct(drawn.map((epoch) => epoch.length)), expected['num_batches']);
  expectSame('len', drawn[0]?.length, expected['len']);
  expectWithin(
    'batch_len',
    batches.map((batch) => batch.length),
    expected['batch_len'],
  );
  expectWithin(
    'supers_per_batch',
    batches.map((batch) => new Set(of(outer)(batch)).size),
    expected['supers_per_batch'],
  );
  expectWithin(
    'samples_per_class',
    batches.map(of(inner)).flatMap(counts),
    expected['samples_per_class'],
  );
  expectWithin('per_super', batches.map(of(outer)).flatMap(counts), expected['per_super']);
  expectWithin(
    'distinct',
    batches.map((batch) => new Set(batch).size === batch.length),
    expected['distinct'],
  );
}

function checkTuplesToWeights({ labels, args, embeddings = [], expected }: SamplerCase): void {
  const ids = Int32Array.from(labels as number[]);
  const { type, ...options } = args['miner'] as { type: string };
  const x = tensor2d(embeddings);
  const units = tidy(() => normalize(x));
  const sampler = tuplesToWeightsSampler({ count: ids.length });
  sampler.update(minerOf(type, options).mine(units, ids));
  dispose([x, units]);
  const drawn = draw((random) => sampler.sample(ids, random, 3)).map((epoch) => epoch.flat());

  expectNear('weights', sampler.weights, expected['weights'] as Numbers, {
    relative: 0,
    absolute: 1e-6,
  });
  expectSame('len', sampler.weights.length, expected['len']);
  expectSame('iterated_length', distinct(drawn.map((epoch) => epoch.length)), [
    expected['iterated_length'],
  ]);
  for (const index of drawn.flat()) {
    if (sampler.weights[index] === 0)
      throw new Error(`example ${index} has weight 0 but was drawn`);
  }
}

/** The batches of several epochs, as plain lists. */
function draw(sample: (random: ReturnType<typeof createRandom>) => Int32Array[]): number[][][] {
  const random = createRandom(1);
  return Array.from({ length: epochs }, () => sample(random).map((batch) => [...batch]));
}

/** The values, each once, ascending. */
function distinct(values: Iterable<number>): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}

/** How often each value comes up. */
function counts(values: readonly number[]): number[] {
  return [...new Set(values)].map((value) => values.filter((other) => other === value).length);
}

function chunks(values: readonly number[], size: number): number[][] {
  return Array.from({ length: values.length / size }, (_, i) =>
    values.slice(i * size, (i + 1) * size),
  );
}

/** Throws unless each value is one of those the reference saw. */
function expectWithin(what: string, got: readonly unknown[], seen: unknown): void {
  const odd = got.find((value) => !(seen as unknown[]).includes(value));
  if (odd !== undefined)
    throw new Error(`${what}: expected one of ${JSON.stringify(seen)}, got ${odd}`);
}
