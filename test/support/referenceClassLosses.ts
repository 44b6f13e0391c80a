import { type Tensor2D, tensor } from '@tensorflow/tfjs-core';
import type { Distance } from '../../src/distances/distance.ts';
import { arcFaceLoss } from '../../src/losses/classification/arcFaceLoss.ts';
import { cosFaceLoss } from '../../src/losses/classification/cosFaceLoss.ts';
import { largeMarginSoftmaxLoss } from '../../src/losses/classification/largeMarginSoftmaxLoss.ts';
import { manifoldLoss } from '../../src/losses/classification/manifoldLoss.ts';
import { normalizedSoftmaxLoss } from '../../src/losses/classification/normalizedSoftmaxLoss.ts';
import { p2sGradLoss } from '../../src/losses/classification/p2sGradLoss.ts';
import { proxyAnchorLoss } from '../../src/losses/classification/proxyAnchorLoss.ts';
import { proxyNcaLoss } from '../../src/losses/classification/proxyNcaLoss.ts';
import { softTripleLoss } from '../../src/losses/classification/softTripleLoss.ts';
import { sphereFaceLoss } from '../../src/losses/classification/sphereFaceLoss.ts';
import { subCenterArcFaceLoss } from '../../src/losses/classification/subCenterArcFaceLoss.ts';
import type { ParametricLoss, ParametricLossOptions } from '../../src/losses/parametricLoss.ts';

/** The options of a loss over classes, by the reference's names. */
export type ClassLossParams = Readonly<Record<string, number>>;

/** What is common to all: the distance, if one is given, and the options of every loss with weights. */
export type CommonOptions = ParametricLossOptions & { distance?: Distance };

type Make = (params: ClassLossParams, common: CommonOptions) => ParametricLoss;

/** The reference's name of each loss over classes, and how it is made. Its weights have the reference's names. */
export const classLossMakers: Readonly<Record<string, Make>> = {
  ArcFaceLoss: (p, { distance: _, ...common }) =>
    arcFaceLoss({
      ...sizes(p),
      ...given({ marginDegrees: p['margin'], scale: p['scale'] }),
      ...common,
    }),
  CosFaceLoss: (p, { distance: _, ...common }) =>
    cosFaceLoss({ ...sizes(p), ...given({ margin: p['margin'], scale: p['scale'] }), ...common }),
  LargeMarginSoftmaxLoss: (p, { distance: _, ...common }) =>
    largeMarginSoftmaxLoss({
      ...sizes(p),
      ...given({ margin: p['margin'], scale: p['scale'] }),
      ...common,
    }),
  ManifoldLoss: (p, common) =>
    manifoldLoss({
      dims: p['l'] as number,
      ...given({ proxies: p['K'], lambdaC: p['lambdaC'], alpha: p['alpha'], margin: p['margin'] }),
      ...common,
    }),
  NormalizedSoftmaxLoss: (p, common) =>
    normalizedSoftmaxLoss({ ...sizes(p), ...given({ temperature: p['temperature'] }), ...common }),
  P2SGradLoss: (p, { distance: _, ...common }) =>
    p2sGradLoss({
      classes: p['num_classes'] as number,
      dims: p['descriptors_dim'] as number,
      ...common,
    }),
  ProxyAnchorLoss: (p, common) =>
    proxyAnchorLoss({
      ...sizes(p),
      ...given({ margin: p['margin'], alpha: p['alpha'] }),
      ...common,
    }),
  ProxyNCALoss: (p, common) =>
    proxyNcaLoss({ ...sizes(p), ...given({ softmaxScale: p['softmax_scale'] }), ...common }),
  SoftTripleLoss: (p, common) =>
    softTripleLoss({
      ...sizes(p),
      ...given({
        centersPerClass: p['centers_per_class'],
        la: p['la'],
        gamma: p['gamma'],
        margin: p['margin'],
      }),
      ...common,
    }),
  SphereFaceLoss: (p, { distance: _, ...common }) =>
    sphereFaceLoss({
      ...sizes(p),
      ...given({ margin: p['margin'], scale: p['scale'] }),
      ...common,
    }),
  SubCenterArcFaceLoss: (p, { distance: _, ...common }) =>
    subCenterArcFaceLoss({
      ...sizes(p),
      ...given({ marginDegrees: p['margin'], scale: p['scale'], subCenters: p['sub_centers'] }),
      ...common,
    }),
};

/**
 * What the reference's logits are to be multiplied by to be ours. Of losses over proxies the reference calls the
 * distances themselves logits; ours are larger for nearer proxies, and scaled as in the loss.
 */
export function logitFactor(loss: string, params: ClassLossParams, inverted: boolean): number {
  if (loss !== 'ProxyNCALoss' && loss !== 'ProxyAnchorLoss') return 1;
  return (inverted ? 1 : -1) * (params['softmax_scale'] ?? 1);
}

/** Overwrites a loss's weights with the reference's. */
export function setWeights(
  loss: ParametricLoss,
  weights: Readonly<Record<string, number[] | number[][]>>,
): void {
  for (const [name, values] of Object.entries(weights)) {
    const fresh = tensor(values) as Tensor2D;
    loss.variables[name]?.assign(fresh);
    fresh.dispose();
  }
}

function sizes(params: ClassLossParams): { classes: number; dims: number } {
  return { classes: params['num_classes'] as number, dims: params['embedding_size'] as number };
}

/** The options that are given. */
function given<K extends string>(options: Record<K, number | undefined>): { [name in K]?: number } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [name in K]?: number;
  };
}
