import type { StepEvent } from '../loop/train.ts';

/** What is wrong with a run, in plain words. */
export interface Diagnosis {
  readonly problem: 'collapse' | 'margin met' | 'exploding' | 'no positives' | 'vanishing';
  /** What was seen. */
  readonly seen: string;
  /** What to try. */
  readonly advice: string;
}

/** Watches a run's steps; gives each diagnosis once. */
export interface Doctor {
  examine(step: StepEvent): Diagnosis[];
}

/** Steps over which a symptom must last. */
const patience = 30;

/**
 * A doctor for one training run: feed it each step, and it says what goes wrong and what to try.
 *
 * It knows collapse (all embeddings near one point), a margin met at once (hardly a triplet has a loss), exploding
 * embeddings, batches without two examples of a class, and gradients that vanish (with `clipNorm`, which measures them).
 * A symptom counts when it lasted 30 steps.
 */
export function createDoctor(): Doctor {
  const lasting = new Map<Diagnosis['problem'], number>();
  const told = new Set<Diagnosis['problem']>();
  let firstNorm: number | undefined;

  return {
    examine(step) {
      firstNorm ??= step.embeddingNorm;
      return symptoms(step, firstNorm).flatMap(({ present, ...diagnosis }) => {
        const steps = present ? (lasting.get(diagnosis.problem) ?? 0) + 1 : 0;
        lasting.set(diagnosis.problem, steps);
        if (steps < patience || told.has(diagnosis.problem)) return [];
        told.add(diagnosis.problem);
        return [diagnosis];
      });
    },
  };
}

function symptoms(step: StepEvent, firstNorm: number): (Diagnosis & { present: boolean })[] {
  const { active, embeddingNorm, gradientNorm, spread } = step;
  const { samePairDistance: same, differentPairDistance: different } = step;
  const number = (value: number): string => Number(value.toPrecision(3)).toString();
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
      present: active !== undefined && active < 0.01,
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
      present: Number.isNaN(same),
      seen: 'Batches hold no two examples of one class, so nothing pulls embeddings together.',
      advice:
        'Take mPerClassSampler with m of at least 2, and check that labels are class ids, not ids of examples.',
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
