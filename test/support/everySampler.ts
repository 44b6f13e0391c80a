import {
  classBalancedSampler,
  consecutiveTripletsSampler,
  fixedTripletsSampler,
  hierarchicalSampler,
  labelSetSampler,
  mPerClassSampler,
  randomTripletsSampler,
  relationSampler,
  type Sampler,
  tuplesToWeightsSampler,
  weightedSampler,
} from '../../src/index.ts';

function weighted(count: number): Sampler {
  const sampler = tuplesToWeightsSampler({ count });
  const from = (start: number): Int32Array => Int32Array.from({ length: 6 }, (_, i) => start + i);
  sampler.update({ anchor: from(0), positive: from(6), negative: from(8) });
  return sampler;
}

/** Every sampler, for batches of 12 of these labels, of which there are 24 or more in three classes in turn. */
export function everySampler(labels: Int32Array): Sampler[] {
  return [
    consecutiveTripletsSampler(),
    randomTripletsSampler(),
    fixedTripletsSampler({
      anchor: Int32Array.of(20, 21),
      positive: Int32Array.of(23, 18),
      negative: Int32Array.of(22, 19),
    }),
    mPerClassSampler({ m: 4, length: 24 }),
    classBalancedSampler(),
    weightedSampler({ weights: Array.from(labels, () => 1) }),
    tuplesToWeightsSampler({ count: labels.length }),
    weighted(labels.length),
    hierarchicalSampler({
      superLabels: labels.map((label) => label % 2),
      samplesPerClass: 2,
      superClassesPerBatch: 2,
    }),
    labelSetSampler({ sets: [[0], [1], [0, 2]], m: 4 }),
    relationSampler({ matches: (a, b) => a === b, m: 4 }),
  ];
}
