import { dispose, keep, type Scalar, type Tensor } from '@tensorflow/tfjs-core';
import type { LossObserver } from '../../losses/computeOptions.ts';
import type { LossPart, Tally } from '../../reducers/reducer.ts';

/** What a loss reported about one batch. */
export interface LossReading {
  /** What each part adds to the loss, by name. */
  readonly parts: Readonly<Record<string, number>>;
  /** Share of pairs or triplets with a loss above zero; undefined for losses that have none. */
  readonly active: number | undefined;
}

/** Keeps what a loss reports while it is on the tape, to be read after the backward pass. */
export interface LossRecord {
  readonly observe: LossObserver;
  read(): Promise<LossReading>;
  /** Frees what was kept. */
  dispose(): void;
}

/** An empty record. */
export function createLossRecord(): LossRecord {
  const parts: [name: string, value: Scalar][] = [];
  const lists: { values: Tensor; counts: Tensor | undefined }[] = [];
  const tallies: Tally[] = [];

  return {
    observe(name, value, part) {
      parts.push([name, keep(value)]);
      if (part === undefined || !hasTuples(part)) return;
      if (part.tally) tallies.push(part.tally());
      else lists.push({ values: keep(part.values), counts: part.counts && keep(part.counts) });
    },
    async read() {
      const values = await Promise.all(
        parts.map(async ([name, value]) => [name, (await value.data())[0]!] as const),
      );
      const all = [...tallies, ...(await Promise.all(lists.map(tallyOf)))];
      return { parts: sumByName(values), active: shareOf(all) };
    },
    dispose() {
      dispose(parts.map(([, value]) => value));
      dispose(lists.flatMap(({ values, counts }) => (counts ? [values, counts] : [values])));
    },
  };
}

function hasTuples({ kind }: LossPart): boolean {
  return kind === 'pairs' || kind === 'triplets';
}

async function tallyOf({
  values,
  counts,
}: {
  values: Tensor;
  counts: Tensor | undefined;
}): Promise<Tally> {
  const losses = await values.data();
  const times = await counts?.data();
  let [all, active] = [0, 0];
  losses.forEach((loss: number, i: number) => {
    const count = times === undefined ? 1 : times[i]!;
    all += count;
    if (loss > 0) active += count;
  });
  return { all, active };
}

function shareOf(tallies: readonly Tally[]): number | undefined {
  const all = tallies.reduce((sum, tally) => sum + tally.all, 0);
  return all === 0 ? undefined : tallies.reduce((sum, { active }) => sum + active, 0) / all;
}

function sumByName(values: readonly (readonly [string, number])[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const [name, value] of values) sums[name] = (sums[name] ?? 0) + value;
  return sums;
}
