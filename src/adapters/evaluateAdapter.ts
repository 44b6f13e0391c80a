import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { Distance } from '../distances/distance.ts';
import { distanceRule } from '../distances/distanceOption.ts';
import { between, seed as seedKind, wholeNumber } from '../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions } from '../internal/readOptions.ts';
import { createRandom } from '../random/createRandom.ts';
import { type AdapterData, openAdapterData } from './adapterData.ts';
import { adaptRows } from './adaptRows.ts';
import { chanceOf, mostChance } from './chance.ts';
import { type Comparison, compareJudgements } from './comparison.ts';
import { judge } from './judge.ts';
import { widthOf } from './widthOf.ts';

export interface EvaluateAdapterOptions {
  /** How far embeddings are apart. Default: `lpDistance()`, Euclidean between unit vectors. */
  distance?: Distance;
  /** The share of the means of the resamples that lie within an interval. Default 0.95. */
  level?: number;
  /** The number of resamples of the bootstrap. Default 1000. */
  resamples?: number;
  /** Determines the draws of the bootstrap. Default 0. */
  seed?: number;
}

export const evaluateAdapterOptions: OptionTable<EvaluateAdapterOptions> = {
  distance: distanceRule,
  level: preset(0.95, between(0, 1)),
  resamples: preset(1000, wholeNumber(1)),
  seed: preset(0, seedKind),
};

/** Features before and after an adapter, and whether the adapter is worth its use. */
export interface AdapterEvaluation {
  /**
   * The measures by name. Labels: `mapAtR` and `precisionAt1`, means over the classes. Triplets and clicks:
   * `tripletAccuracy`, the mean over the queries. Pairs: `concordance`, the share of two pairs of different grades that
   * are in the right order.
   */
  readonly measures: Readonly<Record<string, Comparison>>;
  /** The measure that decides: the first one. */
  readonly measure: string;
  /** What the intervals draw, and how many there are: `{ of: 'classes', count: 12 }`. */
  readonly units: { readonly of: string; readonly count: number };
  /** The probability of such a gain of the measure that decides by chance, by a sign-flip test over the units. */
  readonly chance: number;
  /** Whether that gain lies above 0 with its whole interval, and its `chance` is at most 0.025. */
  readonly recommended: boolean;
  /** Why, as a sentence for people. */
  readonly reason: string;
}

/**
 * Compares features before and after an adapter on data that the adapter was not trained on, best on classes that it has
 * never seen, and recommends the adapter only if it is better by more than chance.
 *
 * The intervals are bootstrap intervals over classes, queries or pairs; the gain is compared unit by unit. `adapter` is
 * any network over features, such as those of `createAdapter`, `pcaAdapter` and `ldaAdapter`; it stays as it is.
 *
 * @throws MetricLearningError if data and adapter do not fit, or there is nothing to compare.
 * @example
 * const { measures, recommended, reason } = await evaluateAdapter(adapter, { features, labels });
 * console.log(reason); // mapAtR rises from 0.288 to 0.315 ..
 */
export async function evaluateAdapter(
  adapter: LayersModel,
  data: AdapterData,
  options: EvaluateAdapterOptions = {},
): Promise<AdapterEvaluation> {
  const where = 'evaluateAdapter';
  const { distance, ...bootstrap } = readOptions(where, evaluateAdapterOptions, options);
  const { features, knowledge } = await openAdapterData(where, data, widthOf(where, adapter));
  const before = await judge(where, features, knowledge, distance);
  const adapted = await adaptRows(adapter, features);
  const after = await judge(where, adapted, knowledge, distance);
  const measures = compareJudgements(before, after, bootstrap);
  const [{ name, values }] = before.measures as [Judged];
  const gains = after.measures[0]!.values.map((value, i) => value - values[i]!);
  const chance = chanceOf([gains], createRandom(bootstrap.seed));
  const { gain } = measures[name]!;
  const recommended = gain.interval[0] > 0 && chance <= mostChance;
  return {
    measures,
    measure: name,
    units: { of: before.units, count: values.length },
    chance,
    recommended,
    reason: reasonOf(
      name,
      measures[name]!,
      `${values.length} ${before.units}`,
      bootstrap.level,
      recommended,
    ),
  };
}

type Judged = { readonly name: string; readonly values: Float64Array };

function reasonOf(
  name: string,
  { before, after, gain }: Comparison,
  units: string,
  level: number,
  recommended: boolean,
): string {
  const [low, high] = gain.interval;
  const change = `${name} goes from ${before.value.toFixed(3)} to ${after.value.toFixed(3)} on ${units}`;
  const interval = `the ${Math.round(100 * level)} % interval of the gain is ${low.toFixed(3)} to ${high.toFixed(3)}`;
  if (recommended) return `${change}; ${interval}, above 0: use the adapter.`;
  if (low > 0) return `${change}, too few to tell it from chance: use the features as they are.`;
  return high < 0
    ? `${change}; ${interval}, below 0: use the features as they are.`
    : `${change}; ${interval}, which holds 0: use the features as they are.`;
}
