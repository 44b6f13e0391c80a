import {
  angularLoss,
  angularMiner,
  arcFaceLoss,
  barlowTwinsLoss,
  batchEasyHardMiner,
  batchHardMiner,
  circleLoss,
  contrastiveLoss,
  cosFaceLoss,
  crossBatchMemory,
  distanceWeightedMiner,
  dynamicSoftMarginLoss,
  fastApLoss,
  generalizedLiftedStructureLoss,
  hdcMiner,
  histogramLoss,
  instanceLoss,
  intraPairVarianceLoss,
  largeMarginSoftmaxLoss,
  liftedStructureLoss,
  manifoldLoss,
  marginLoss,
  multiNegativesRankLoss,
  multipleLosses,
  multiSimilarityLoss,
  multiSimilarityMiner,
  ncaLoss,
  normalizedSoftmaxLoss,
  nPairsLoss,
  ntXentLoss,
  p2sGradLoss,
  pairMarginMiner,
  pnLoss,
  pnpLoss,
  proxyAnchorLoss,
  proxyNcaLoss,
  rankedListLoss,
  selfSupervisedLoss,
  simClrLoss,
  smoothApLoss,
  snrContrastiveLoss,
  softNearestNeighborLoss,
  softTripleLoss,
  sphereFaceLoss,
  subCenterArcFaceLoss,
  supConLoss,
  thresholdConsistentMarginLoss,
  tripletHardLoss,
  tripletLoss,
  tripletMarginLoss,
  tripletMarginMiner,
  tripletSemiHardLoss,
  tupletMarginLoss,
  uniformHistogramMiner,
  vicRegLoss,
} from 'tfjs-metric-learning';
import { readyTriplets } from './readyTriplets.mjs';
import { simSiamWithPredictor } from './simSiamWithPredictor.mjs';

const margin = 0.2;

/**
 * Every loss with its usual miner, as bench/pytorch/recipes.py has it too:
 * - `loss` and `miner` make new ones, `loss` from the seed of its first weights;
 * - `raw`: embeddings of any length, where others are brought to unit length by the network's last layer;
 * - `views`: the loss compares two views of 60 images, in place of labels;
 * - `pixels`: what pixels from 0 to 255 are multiplied by, 1 / 255 where it does not say.
 */
export const recipes = [
  recipe('angularLoss', angularLoss, { miner: angularMiner }),
  overClasses(arcFaceLoss),
  recipe('barlowTwinsLoss', barlowTwinsLoss, { raw: true, views: true }),
  recipe('circleLoss', circleLoss),
  recipe('contrastiveLoss', contrastiveLoss, { miner: pairMarginMiner }),
  overClasses(cosFaceLoss),
  recipe(
    'crossBatchMemory',
    () => crossBatchMemory(contrastiveLoss(), { miner: pairMarginMiner() }),
    {
      with: 'contrastiveLoss, pairMarginMiner',
    },
  ),
  recipe('dynamicSoftMarginLoss', dynamicSoftMarginLoss),
  recipe('fastApLoss', fastApLoss),
  recipe('generalizedLiftedStructureLoss', generalizedLiftedStructureLoss),
  recipe('histogramLoss', histogramLoss),
  recipe('instanceLoss', instanceLoss),
  recipe(
    'intraPairVarianceLoss',
    () =>
      multipleLosses([
        { loss: tupletMarginLoss() },
        { loss: intraPairVarianceLoss(), coefficient: 0.5 },
      ]),
    { with: 'half of it beside tupletMarginLoss' },
  ),
  overClasses(largeMarginSoftmaxLoss),
  recipe('liftedStructureLoss', liftedStructureLoss),
  recipe('manifoldLoss', (seed) => manifoldLoss({ dims: 128, proxies: 10, seed }), {
    seeded: true,
    with: 'a proxy for each class',
  }),
  recipe('marginLoss', marginLoss, { miner: distanceWeightedMiner }),
  recipe('multiNegativesRankLoss', multiNegativesRankLoss, { views: true }),
  recipe(
    'multipleLosses',
    () =>
      multipleLosses([
        { loss: tripletMarginLoss({ margin }) },
        { loss: ntXentLoss(), coefficient: 0.5 },
      ]),
    { with: 'tripletMarginLoss and half of ntXentLoss' },
  ),
  recipe('multiSimilarityLoss', multiSimilarityLoss, { miner: multiSimilarityMiner }),
  recipe('nPairsLoss', nPairsLoss),
  recipe('ncaLoss', ncaLoss),
  overClasses(normalizedSoftmaxLoss),
  recipe('ntXentLoss', ntXentLoss),
  overClasses(p2sGradLoss),
  recipe('pnLoss', () => pnLoss({ margin })),
  recipe('pnpLoss', pnpLoss),
  overClasses(proxyAnchorLoss),
  overClasses(proxyNcaLoss),
  recipe('rankedListLoss', () => rankedListLoss({ margin: 0.4, Tn: 10 })),
  recipe('selfSupervisedLoss', () => selfSupervisedLoss(tripletMarginLoss({ margin })), {
    views: true,
    with: 'tripletMarginLoss',
  }),
  recipe('simClrLoss', simClrLoss, { views: true }),
  recipe('simSiamLoss', simSiamWithPredictor, { seeded: true, views: true, with: 'a predictor' }),
  recipe('smoothApLoss', smoothApLoss),
  recipe('snrContrastiveLoss', () => snrContrastiveLoss({ posMargin: 0.01, negMargin: 0.2 })),
  recipe('softNearestNeighborLoss', () => softNearestNeighborLoss({ temperature: 0.1 })),
  overClasses(softTripleLoss),
  overClasses(sphereFaceLoss, { scale: 30 }, 'scale 30'),
  overClasses(subCenterArcFaceLoss),
  recipe('supConLoss', supConLoss),
  recipe(
    'thresholdConsistentMarginLoss',
    () =>
      multipleLosses([{ loss: multiSimilarityLoss() }, { loss: thresholdConsistentMarginLoss() }]),
    { with: 'beside multiSimilarityLoss' },
  ),
  recipe('tripletHardLoss', () => tripletHardLoss({ margin })),
  recipe('tripletLoss', () => tripletLoss(1), {
    miner: readyTriplets,
    with: '40 ready triplets',
    raw: true,
    pixels: 1,
  }),
  recipe('tripletMarginLoss', () => tripletMarginLoss({ margin }), {
    miner: () => tripletMarginMiner({ margin, typeOfTriplets: 'semihard' }),
    with: 'tripletMarginMiner, semi-hard',
  }),
  recipe('tripletSemiHardLoss', () => tripletSemiHardLoss({ margin })),
  recipe('tupletMarginLoss', tupletMarginLoss),
  recipe('vicRegLoss', vicRegLoss, { raw: true, views: true }),
  ...[batchHardMiner, batchEasyHardMiner, hdcMiner, uniformHistogramMiner].map((miner) =>
    recipe(`tripletMarginLoss, ${miner.name}`, () => tripletMarginLoss({ margin }), { miner }),
  ),
  recipe('tripletMarginLoss, all triplets', () => tripletMarginLoss({ margin }), {
    with: 'no miner',
  }),
];

function overClasses(loss, options, partner) {
  const make = (seed) => loss({ classes: 10, dims: 128, seed, ...options });
  return recipe(loss.name, make, { seeded: true, with: partner });
}

function recipe(
  name,
  loss,
  { seeded = false, miner, raw = false, views = false, pixels = 1 / 255, with: partner } = {},
) {
  return {
    name,
    loss: seeded ? loss : () => loss(),
    miner: miner && (() => miner()),
    raw,
    views,
    pixels,
    with: partner ?? (views ? 'two views' : (miner?.name ?? '')),
  };
}
