import {
  add,
  dispose,
  keep,
  mul,
  sub,
  tensor2d,
  tidy,
  train,
  type Variable,
} from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { EmbeddingRows } from '../data/embeddings.ts';
import type { Distance } from '../distances/distance.ts';
import { distanceRule } from '../distances/distanceOption.ts';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import {
  between,
  callback,
  nonNegative,
  type OptionKind,
  part,
  positive,
  recordLike,
  seed as seedKind,
  wholeNumber,
} from '../internal/optionKinds.ts';
import {
  type OptionTable,
  type OptionValues,
  optional,
  preset,
  readOptions,
} from '../internal/readOptions.ts';
import { type Snapshot, snapshotVariables } from '../internal/snapshot.ts';
import { yieldToEvents } from '../internal/yieldToEvents.ts';
import type { Loss } from '../losses/loss.ts';
import { forwardPass } from '../networks/forwardPass.ts';
import { declareNames, namesOfNetwork } from '../networks/networkNames.ts';
import { networkVariables } from '../networks/networkState.ts';
import { noNormalization } from '../networks/normalization.ts';
import { createRandom, type Random } from '../random/createRandom.ts';
import { withSeededMath } from '../random/withSeededMath.ts';
import type { BatchSampler } from '../samplers/sampler.ts';
import { allFinite } from '../training/loop/allFinite.ts';
import { variableGradients } from '../training/loop/variableGradients.ts';
import { applyGradients } from '../training/optimizer/optimizerSlots.ts';
import {
  type AdapterData,
  type OpenAdapterData,
  openAdapterData,
  splitKnowledge,
} from './adapterData.ts';
import { adaptRows } from './adaptRows.ts';
import { chanceOf, mostChance } from './chance.ts';
import { chooseStrength } from './chooseStrength.ts';
import { closedForm } from './closedForm.ts';
import { type Comparison, compareJudgements } from './comparison.ts';
import { type Judgement, judge, mainMeasure, mean, rowsAt } from './judge.ts';
import { type Lesson, lessonsOf } from './lessons.ts';
import { widthOf } from './widthOf.ts';

const where = 'fitAdapter';

export interface FitAdapterOptions {
  /** Decides when training ends and whether the adapter is kept. Default: what `heldOut` holds out. */
  validation?: AdapterData;
  /** The share of the classes, of the queries, or of the first features of pairs that is held out. Default 0.2. */
  heldOut?: number;
  /**
   * A loss over labels or over triplets. Default: `supConLoss()` for
   * labels, `tripletMarginLoss({ smooth: true })` for triplets and clicks; pairs are learned from by `coSentLoss`.
   */
  loss?: Loss;
  /** Which labeled features a step sees. Default: `mPerClassSampler({ m: 4 })`. */
  sampler?: BatchSampler;
  /** The number of features, triplets or pairs in a step. Default: 128, fewer where there are fewer classes. */
  batchSize?: number;
  /** The learning rate of Adam. Default 0.0003. */
  learningRate?: number;
  /**
   * How strongly the weights are drawn back to where they began, which is the identity: each step, by this share times
   * the learning rate. Default 0.01.
   */
  weightDecay?: number;
  /** The most steps. Default 500. */
  steps?: number;
  /** The number of steps between two looks at what is held out. Default 25. */
  every?: number;
  /** The number of looks without a better score after which training ends. Default 4. */
  patience?: number;
  /** How far two embeddings are apart when they are judged. Default: `lpDistance()`, Euclidean between unit vectors. */
  distance?: Distance;
  /** Decides what is held out, what a step sees, and what dropout drops. Default 0. */
  seed?: number;
  /** Ends training after the step at hand. Default: none. */
  signal?: AbortSignal;
  /** Called after each look, and awaited. Default: none. */
  onLook?: (look: AdapterLook) => unknown;
}

/** A look at what is held out, in between. */
export interface AdapterLook {
  /** The number of steps until then. */
  readonly step: number;
  /** The mean loss of the steps since the last look. */
  readonly loss: number;
  /** The score of what is held out. */
  readonly score: number;
}

/** How the training of an adapter went. */
export interface AdapterRun {
  /** Whether the adapter is better than the features by more than chance; if not, it is as it was before. */
  readonly kept: boolean;
  /** The strength of the closed form that was kept, or that training began from; 0 for none. */
  readonly strength: number;
  /** The number of steps that were kept; 0 where only the closed form was kept, or nothing. */
  readonly step: number;
  /** What was measured: `mapAtR`, `tripletAccuracy` or `concordance`, as in `evaluateAdapter`. */
  readonly measure: string;
  /** The features and the adapter on what it was not made from. */
  readonly gain: Comparison;
  /** The probability of such a gain by chance. */
  readonly chance: number;
  /** The looks at what is held out during training. */
  readonly looks: readonly AdapterLook[];
}

const record = recordLike<AdapterData>('{ features, labels }');
const abortSignal: OptionKind<AbortSignal> = {
  expected: 'an AbortSignal',
  accepts: (value) => typeof (value as AbortSignal | null)?.aborted === 'boolean',
  fix: () => 'Pass the signal of a new AbortController().',
};

export const fitAdapterOptions: OptionTable<
  FitAdapterOptions,
  'validation' | 'loss' | 'sampler' | 'batchSize' | 'signal' | 'onLook'
> = {
  validation: optional(record),
  heldOut: preset(0.2, between(0, 1)),
  loss: optional(part('multiSimilarityLoss()', 'compute')),
  sampler: optional(part('mPerClassSampler({ m: 4 })', 'sample')),
  batchSize: optional(wholeNumber(2)),
  learningRate: preset(0.0003, positive),
  weightDecay: preset(0.01, nonNegative),
  steps: preset(500, wholeNumber(1)),
  every: preset(25, wholeNumber(1)),
  patience: preset(4, wholeNumber(1)),
  distance: distanceRule,
  seed: preset(0, seedKind),
  signal: optional(abortSignal),
  onLook: optional(callback('(look) => {}')),
};

/**
 * Trains an adapter so that it never ends below the features as they are by more than chance.
 *
 * First in closed form: the axes along which features that belong together differ most become shorter. How much shorter
 * is decided by cross-validation over classes, queries or pairs. Then by steps of Adam, from there on, with weight decay
 * towards the start; the best look at what is held out counts. Each of the two is kept only if it is better than what
 * was before on data that it was not made from, by more than chance: a sign-flip test over classes, queries or pairs,
 * which counts that the best was chosen. With fewer than six of them nothing can be told from chance, and the adapter
 * stays as it is.
 *
 * `adapter` is a network of `createAdapter`; any other network over features gets the steps alone. Training ends early
 * without an error when `signal` is aborted. After an error the adapter is as it was before.
 *
 * @throws MetricLearningError if data, adapter and options do not fit, there are fewer than four classes, queries or
 * pairs and no `validation`, or the loss is not finite.
 * @example
 * const adapter = createAdapter({ dims: 384 });
 * const { kept, gain } = await fitAdapter(adapter, { features, labels });
 * @example
 * // what people clicked on, and what they passed over
 * await fitAdapter(adapter, { features, clicks: [{ query: 0, good: 17, bad: [12, 30] }, ..] });
 * @see Bar-Hillel et al.: Learning distance functions using equivalence relations, ICML 2003, for the closed form.
 */
export async function fitAdapter(
  adapter: LayersModel,
  data: AdapterData,
  options: FitAdapterOptions = {},
): Promise<AdapterRun> {
  const values = readOptions(where, fitAdapterOptions, options);
  const dims = widthOf(where, adapter);
  const random = createRandom(values.seed);
  const open = await openAdapterData(where, data, dims, namesOfNetwork(adapter));
  const validation = values.validation
    ? await openAdapterData(`${where} (validation)`, values.validation, dims, open.names)
    : undefined;
  const { learned, heldOut } = divide(open, validation, values.heldOut, random);
  const lessons = lessonsOf(where, learned.knowledge, values, random.fork('lessons'));
  const weights = createWeights(adapter);
  try {
    const chosen = await chooseStrength(where, adapter, open, validation, values.distance, random);
    weights.restore();
    if (chosen && chosen.strength > 0) {
      closedForm(adapter, learned.features, learned.knowledge)?.assign(chosen.strength);
    }
    const trained = await trainAdapter(adapter, { learned, heldOut, lessons }, values, random);
    if (open.names) declareNames(adapter, open.names);
    const bootstrap = { seed: values.seed };
    const measure = mainMeasure[open.knowledge.kind];
    const rest = { measure, looks: trained.looks, strength: chosen?.strength ?? 0 };
    if (trained.chance <= mostChance) {
      const before = await judge(where, heldOut.features, heldOut.knowledge, values.distance);
      const gain = compareJudgements(before, trained.judgement, bootstrap)[measure]!;
      return { kept: true, step: trained.step, chance: trained.chance, gain, ...rest };
    }
    weights.restore();
    if (chosen && chosen.strength > 0) {
      closedForm(adapter, open.features, open.knowledge)?.assign(chosen.strength);
    }
    const { before, after, chance } = chosen ?? {
      before: trained.start,
      after: trained.start,
      chance: trained.chance,
    };
    const gain = compareJudgements(before, after, bootstrap)[measure]!;
    return { kept: rest.strength > 0, step: 0, chance, gain, ...rest };
  } catch (error) {
    weights.restore();
    throw error;
  } finally {
    weights.dispose();
  }
}

function divide(
  open: OpenAdapterData,
  validation: OpenAdapterData | undefined,
  share: number,
  random: Random,
): { learned: OpenAdapterData; heldOut: OpenAdapterData } {
  if (validation) return { learned: open, heldOut: validation };
  const { features, knowledge } = open;
  const parts = splitKnowledge(where, knowledge, share, random.fork('held out'));
  return {
    learned: { features, knowledge: parts.learned },
    heldOut: { features, knowledge: parts.heldOut },
  };
}

/** What training needs. */
interface Schooling {
  readonly learned: OpenAdapterData;
  readonly heldOut: OpenAdapterData;
  readonly lessons: Iterator<Lesson, never, void>;
}

interface Trained {
  /** Of the start, which is what the best look is compared with. */
  readonly start: Judgement;
  /** Of the best look. */
  readonly judgement: Judgement;
  readonly step: number;
  readonly chance: number;
  readonly looks: readonly AdapterLook[];
}

/** Steps from the weights as they are; the adapter ends with the weights of the best look. */
async function trainAdapter(
  adapter: LayersModel,
  { learned, heldOut, lessons }: Schooling,
  values: OptionValues<typeof fitAdapterOptions>,
  random: Random,
): Promise<Trained> {
  const { steps, every, patience, distance, signal, onLook } = values;
  const judged = async (): Promise<Judgement> =>
    judge(where, await adaptRows(adapter, heldOut.features), heldOut.knowledge, distance);
  const start = await judged();
  let best = { step: 0, judgement: start, score: mean(start.measures[0]!.values) };
  const gains: Float64Array[] = [];
  const looks: AdapterLook[] = [];
  const learner = createLearner(adapter, learned.features, values, random.fork('dropout'));
  const weights = createWeights(adapter);
  try {
    let [losses, unimproved] = [0, 0];
    for (let step = 1; step <= steps && unimproved < patience && !signal?.aborted; step++) {
      losses += await learner.learn(lessons.next().value, step);
      if (step % every !== 0 && step !== steps) continue;
      await yieldToEvents();
      const judgement = await judged();
      const found = judgement.measures[0]!.values;
      gains.push(found.map((value, i) => value - start.measures[0]!.values[i]!));
      const look = { step, loss: losses / (step % every || every), score: mean(found) };
      losses = 0;
      looks.push(look);
      if (look.score > best.score) {
        best = { step, judgement, score: look.score };
        weights.keep();
        unimproved = 0;
      } else unimproved++;
      await onLook?.(look);
    }
    weights.restore();
  } finally {
    weights.dispose();
    learner.dispose();
  }
  const chance = gains.length === 0 ? 1 : chanceOf(gains, random.fork('chance'));
  return { start, judgement: best.judgement, step: best.step, chance, looks };
}

/** The weights of a network, to be put back. */
interface Weights {
  /** Remembers the weights as they are now. */
  keep(): void;
  restore(): void;
  dispose(): void;
}

function createWeights(network: LayersModel): Weights {
  const variables = networkVariables(network);
  let kept: Snapshot = snapshotVariables(variables);
  return {
    keep() {
      kept.dispose();
      kept = snapshotVariables(variables);
    },
    restore() {
      kept.restore();
      this.keep(); // a snapshot may be put back once
    },
    dispose: () => kept.dispose(),
  };
}

interface Learner {
  /** One step; returns its loss. */
  learn(lesson: Lesson, step: number): Promise<number>;
  dispose(): void;
}

/** Adam with weight decay towards the weights that the adapter begins with. */
function createLearner(
  adapter: LayersModel,
  features: EmbeddingRows,
  { learningRate, weightDecay }: { learningRate: number; weightDecay: number },
  random: Random,
): Learner {
  const trained = adapter.trainableWeights.map((weight) => weight.read() as Variable);
  const start = trained.map((variable) => keep(variable.clone()));
  const optimizer = train.adam(learningRate);
  const forward = forwardPass(adapter, noNormalization);
  return {
    async learn({ rows, lossOf }, step) {
      const { data, shape } = rowsAt(features, rows);
      const input = tensor2d(data, [...shape]);
      const { value, grads } = (() => {
        try {
          return withSeededMath(random, () =>
            variableGradients(() => lossOf(forward(input, 'training')), trained),
          );
        } finally {
          input.dispose();
        }
      })();
      try {
        const [loss = Number.NaN] = await value.data();
        if (!Number.isFinite(loss) || !(await allFinite(grads))) throw notFinite(loss, step);
        applyGradients(optimizer, trained, grads);
        tidy(() => {
          trained.forEach((variable, i) => {
            const moved = mul(sub(variable, start[i]!), 1 - learningRate * weightDecay);
            variable.assign(add(start[i]!, moved));
          });
        });
        return loss;
      } finally {
        dispose([value, grads]);
      }
    },
    dispose() {
      dispose(start);
      optimizer.dispose();
    },
  };
}

function notFinite(loss: number, step: number): MetricLearningError {
  return new MetricLearningError({
    where,
    expected: 'a finite loss and finite gradients',
    got: `loss ${loss} at step ${step}`,
    fix: 'The adapter is as it was before. Lower the learning rate, or scale the features down.',
  });
}
