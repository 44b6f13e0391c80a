import type { StepEvent, TrainingEvent } from '../loop/events.ts';

/** Something that goes wrong with a run, in plain words. */
export interface Diagnosis {
  readonly problem:
    | 'collapse'
    | 'margin met'
    | 'exploding'
    | 'no positives'
    | 'no negatives'
    | 'vanishing'
    | 'training and inference differ';
  /** What was seen. */
  readonly seen: string;
  /** What to try. */
  readonly advice: string;
}

/** Watches the events of a run; gives each diagnosis once. */
export interface RunDiagnosis {
  examine(event: TrainingEvent): Diagnosis[];
}

/** Steps over which a symptom must last. */
const patience = 30;
/** How far the two modes of a network may be apart, as a share of the spread of its embeddings. */
const largestGap = 1;

/**
 * A diagnosis of one training run: it is given each event of the run, and says what goes wrong and what to try.
 *
 * It knows collapse (all embeddings near one point), a margin met at once (hardly a triplet has a loss), exploding
 * embeddings, batches without two examples of a class, batches of one class, gradients that vanish (with `clipNorm`, which measures them), and
 * a network whose training mode and inference mode differ, as batch normalization with slow moving statistics makes it.
 * A symptom counts when it lasted 30 steps.
 *
 * @example
 * const diagnosis = createDiagnosis();
 * for await (const event of model.train(data, { epochs: 5 })) {
 *   for (const { seen, advice } of diagnosis.examine(event)) console.log(seen, advice);
 * }
 */
export function createDiagnosis(): RunDiagnosis {
  const lasting = new Map<Diagnosis['problem'], number>();
  const given = new Set<Diagnosis['problem']>();
  let firstNorm: number | undefined;
  let steps = 0;

  return {
    examine(event) {
      if (event.kind === 'epoch') {
        const { inferenceGap: gap = 0 } = event;
        const early = steps < patience; // moving statistics need some steps in any case
        if (early || !(gap > largestGap) || given.has('training and inference differ')) return [];
        given.add('training and inference differ');
        return [modesDiffer(gap)];
      }
      steps++;
      firstNorm ??= event.embeddingNorm;
      return symptoms(event, firstNorm).flatMap(({ present, ...diagnosis }) => {
        const lasted = present ? (lasting.get(diagnosis.problem) ?? 0) + 1 : 0;
        lasting.set(diagnosis.problem, lasted);
        if (lasted < patience || given.has(diagnosis.problem)) return [];
        given.add(diagnosis.problem);
        return [diagnosis];
      });
    },
  };
}

function modesDiffer(gap: number): Diagnosis {
  return {
    problem: 'training and inference differ',
    seen: `In inference mode the network embeds the same examples elsewhere: ${Number(gap.toPrecision(3))} times the spread of the embeddings away. The moving mean and variance of batch normalization have not caught up with training.`,
    advice:
      "Give batchNormalization a momentum of 0.9 (tfjs' default of 0.99 needs several hundred steps), train for more steps, or normalize the inputs.",
  };
}

function symptoms(step: StepEvent, firstNorm: number): (Diagnosis & { present: boolean })[] {
  const { active, embeddingNorm, gradientNorm, loss, spread } = step;
  const { samePairDistance: same, differentPairDistance: different } = step;
  const number = (value: number): string => Number(value.toPrecision(3)).toString();
  // A loss over classes has no pairs, and is not 0. A miner that finds nothing leaves none either, and a loss of 0.
  const overPairs = active !== undefined || loss === 0;
  const both = same >= 0 && different >= 0;
  return [
    {
      problem: 'collapse',
      present: spread < 1e-3 * Math.max(embeddingNorm, 1e-6),
      seen: `The embeddings lie within ${number(spread)} of their mean: the network maps everything to one point.`,
      advice:
        'Lower the learning rate, begin with semi-hard or random triplets instead of the hardest, or make batches larger.',
    },
    {
      problem: 'margin met',
      present: active !== undefined ? active < 0.01 : loss === 0 && both,
      seen: `Hardly a triplet has a loss: same classes are ${number(same)} apart, different ones ${number(different)}.`,
      advice: 'Mine harder triplets, or raise the margin; if the scores are good, you are done.',
    },
    {
      problem: 'exploding',
      present: embeddingNorm > 100 * firstNorm && embeddingNorm > 100,
      seen: `The mean length of an embedding grew from ${number(firstNorm)} to ${number(embeddingNorm)}.`,
      advice:
        'End the network with a unit-length layer, add a regularizer on embeddings, or lower the learning rate.',
    },
    {
      problem: 'no positives',
      present: overPairs && Number.isNaN(same),
      seen: 'Batches hold no two examples of one class, so no loss brings embeddings together.',
      advice:
        'Use mPerClassSampler with m of at least 2, and check that labels are class ids, not ids of examples.',
    },
    {
      problem: 'no negatives',
      present: overPairs && Number.isNaN(different),
      seen: 'Batches hold examples of one class only, so no loss keeps classes apart.',
      advice:
        'Make batches of several classes: mPerClassSampler with a batchSize of several times m; and check that labels are class ids.',
    },
    {
      problem: 'vanishing',
      present: gradientNorm !== undefined && gradientNorm < 1e-7 && (active ?? 1) > 0.01,
      seen: `The gradients' joint length is ${number(gradientNorm ?? 0)}: the weights no longer move.`,
      advice:
        'Look for a saturated or dead last layer (relu that is always 0), or scale the inputs.',
    },
  ];
}
