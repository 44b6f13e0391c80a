import { engine } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe } from 'vitest';
import * as library from '../../../src/index.ts';
import { answerMistakes, type Mistake } from './mistakes.ts';

/** The library without its types. */
// biome-ignore lint/suspicious/noExplicitAny: names are looked up in a loop
const l = library as any;

const x = { data: Float32Array.of(1, 0, 2, 0.1, 0, 1, 0.1, 3), shape: [4, 2] };
const labels = [0, 0, 1, 1];
const sizes = { classes: 3, dims: 2 };
const own = { ...l.lpDistance(), search: undefined, config: undefined };

/** Everything that makes a tensor from plain numbers, and so is the first that notices that there is no backend. */
const calls: Record<string, () => unknown> = {
  adaCosLoss: () => l.adaCosLoss(sizes),
  adaFaceLoss: () => l.adaFaceLoss(sizes),
  arcFaceLoss: () => l.arcFaceLoss(sizes),
  cosFaceLoss: () => l.cosFaceLoss(sizes),
  curricularFaceLoss: () => l.curricularFaceLoss(sizes),
  largeMarginSoftmaxLoss: () => l.largeMarginSoftmaxLoss(sizes),
  magFaceLoss: () => l.magFaceLoss(sizes),
  manifoldLoss: () => l.manifoldLoss({ dims: 2, proxies: 3 }),
  marginLoss: () => l.marginLoss({ learnBeta: true }),
  normalizedSoftmaxLoss: () => l.normalizedSoftmaxLoss(sizes),
  p2sGradLoss: () => l.p2sGradLoss(sizes),
  proxyAnchorLoss: () => l.proxyAnchorLoss(sizes),
  proxyNcaLoss: () => l.proxyNcaLoss(sizes),
  softTripleLoss: () => l.softTripleLoss(sizes),
  sphereFaceLoss: () => l.sphereFaceLoss(sizes),
  subCenterArcFaceLoss: () => l.subCenterArcFaceLoss(sizes),
  smallConvNet: () => l.smallConvNet({ inputShape: [28, 28, 1], dims: 8 }),
  nearestNeighbors: () => l.nearestNeighbors(x, x, 1),
  precisionAt1: () => l.precisionAt1(x, labels),
  recallAtK: () => l.recallAtK(x, labels, [1]),
  retrievalMetrics: () => l.retrievalMetrics(x, labels),
  pairDistances: () => l.pairDistances(x, labels, { distance: own }),
  kMeans: () => l.kMeans(x, 2, { seed: 1 }),
};

describe('Without a backend of tfjs', () => {
  const { registry, registryFactory } = engine();
  const [backends, factories] = [{ ...registry }, { ...registryFactory }];
  const clear = (names: Record<string, unknown>): void => {
    for (const name of Object.keys(names)) delete names[name];
  };
  // biome-ignore lint/suspicious/noExplicitAny: the backend in use is private
  const tfjs = engine() as any;
  const { backendInstance, backendName } = tfjs;
  beforeAll(() => {
    clear(registry);
    clear(registryFactory);
    Object.assign(tfjs, { backendInstance: null, backendName: undefined });
  });
  afterAll(() => {
    Object.assign(registry, backends);
    Object.assign(registryFactory, factories);
    Object.assign(tfjs, { backendInstance, backendName });
  });

  answerMistakes(
    Object.entries(calls).map(
      ([call, run]): Mistake => [call, run, call, 'a tfjs backend', 'registerSimdBackend()'],
    ),
  );
});
