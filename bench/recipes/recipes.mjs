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

const ofClasses = { classes: 10, dims: 128 };
const margin = 0.2;

/**
 * Every loss with its usual miner, as bench/pytorch/recipes.py has it too:
 * - `loss` and `miner` make new ones;
 * - `raw`: embeddings of any length, where others are brought to unit length by the network's last layer;
 * - `views`: the loss compares two views of 60 images, in place of labels;
 * - `pixels`: what pixels from 0 to 255 are multiplied by, 1 / 255 where it does not say.
 */
export const recipes = [
  recipe('angularLoss', angularLoss, { miner: angularMiner }),
  recipe('arcFaceLoss', () => arcFaceLoss(ofClasses)),
  recipe('barlowTwinsLoss', barlowTwinsLoss, { raw: true, views: true }),
  recipe('circleLoss', circleLoss),
  recipe('contrastiveLoss', contrastiveLoss, { miner: pairMarginMiner }),
  recipe('cosFaceLoss', () => cosFaceLoss(ofClasses)),
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
        { loss: intraPairVarianceLoss(), weight: 0.5 },
      ]),
    { with: 'half of it beside tupletMarginLoss' },
  ),
  recipe('largeMarginSoftmaxLoss', () => largeMarginSoftmaxLoss(ofClasses)),
  recipe('liftedStructureLoss', liftedStructureLoss),
  recipe('manifoldLoss', () => manifoldLoss({ dims: 128, proxies: 10 }), {
    with: 'a proxy for each class',
  }),
  recipe('marginLoss', marginLoss, { miner: distanceWeightedMiner }),
  recipe('multiNegativesRankLoss', multiNegativesRankLoss, { views: true }),
  recipe(
    'multipleLosses',
    () =>
      multipleLosses([
        { loss: tripletMarginLoss({ margin }) },
        { loss: ntXentLoss(), weight: 0.5 },
      ]),
    { with: 'tripletMarginLoss and half of ntXentLoss' },
  ),
  recipe('multiSimilarityLoss', multiSimilarityLoss, { miner: multiSimilarityMiner }),
  recipe('nPairsLoss', nPairsLoss),
  recipe('ncaLoss', ncaLoss),
  recipe('normalizedSoftmaxLoss', () => normalizedSoftmaxLoss(ofClasses)),
  recipe('ntXentLoss', ntXentLoss),
  recipe('p2sGradLoss', () => p2sGradLoss(ofClasses)),
  recipe('pnLoss', () => pnLoss({ margin })),
  recipe('pnpLoss', pnpLoss),
  recipe('proxyAnchorLoss', () => proxyAnchorLoss(ofClasses)),
  recipe('proxyNcaLoss', () => proxyNcaLoss(ofClasses)),
  recipe('rankedListLoss', () => rankedListLoss({ margin: 0.4, Tn: 10 })),
  recipe('selfSupervisedLoss', () => selfSupervisedLoss(tripletMarginLoss({ margin })), {
    views: true,
    with: 'tripletMarginLoss',
  }),
  recipe('simClrLoss', simClrLoss, { views: true }),
  recipe('simSiamLoss', simSiamWithPredictor, { views: true, with: 'a predictor' }),
  recipe('snrContrastiveLoss', () => snrContrastiveLoss({ posMargin: 0.01, negMargin: 0.2 })),
  recipe('softNearestNeighborLoss', () => softNearestNeighborLoss({ temperature: 0.1 })),
  recipe('softTripleLoss', () => softTripleLoss(ofClasses)),
  recipe('sphereFaceLoss', () => sphereFaceLoss({ ...ofClasses, scale: 30 }), { with: 'scale 30' }),
  recipe('subCenterArcFaceLoss', () => subCenterArcFaceLoss(ofClasses)),
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

function recipe(
  name,
  loss,
  { miner, raw = false, views = false, pixels = 1 / 255, with: partner } = {},
) {
  return {
    name,
    loss: () => loss(),
    miner: miner && (() => miner()),
    raw,
    views,
    pixels,
    with: partner ?? (views ? 'two views' : (miner?.name ?? '')),
  };
}
