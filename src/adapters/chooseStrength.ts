import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { Distance } from '../distances/distance.ts';
import type { Random } from '../random/createRandom.ts';
import { foldsOf, type OpenAdapterData } from './adapterData.ts';
import { adaptRows } from './adaptRows.ts';
import { chanceOf, mostChance } from './chance.ts';
import { closedForm } from './closedForm.ts';
import { type Judgement, joinJudgements, judge, mean } from './judge.ts';

/** What the closed form gains on what it was not made from. */
export interface ChosenStrength {
  /** The best strength; 0 where none is better than the features by more than chance. */
  readonly strength: number;
  readonly chance: number;
  readonly before: Judgement;
  readonly after: Judgement;
}

const strengths = [0.03, 0.1, 0.3, 1, 3];

/**
 * The strength of the closed form: each part of what is known is judged with the closed form of the other parts, or the
 * validation set with that of all. Leaves the weights of the adapter as it finds them, or as some closed form.
 * Undefined where the adapter has no closed form.
 */
export async function chooseStrength(
  where: string,
  adapter: LayersModel,
  data: OpenAdapterData,
  validation: OpenAdapterData | undefined,
  distance: Distance,
  random: Random,
): Promise<ChosenStrength | undefined> {
  const { features, knowledge } = data;
  const parts = validation
    ? [{ learned: knowledge, judged: validation }]
    : foldsOf(where, knowledge, random.fork('folds')).map(({ learned, heldOut }) => ({
        learned,
        judged: { features, knowledge: heldOut },
      }));
  const before: Judgement[] = [];
  const after: Judgement[][] = strengths.map(() => []);
  const forms = parts.map(({ learned }) => closedForm(adapter, features, learned));
  if (forms.length === 0 || forms.some((form) => form === undefined)) return undefined;
  for (const [p, { judged }] of parts.entries()) {
    before.push(await judge(where, judged.features, judged.knowledge, distance));
    for (const [s, strength] of strengths.entries()) {
      forms[p]!.assign(strength);
      const adapted = await adaptRows(adapter, judged.features);
      after[s]!.push(await judge(where, adapted, judged.knowledge, distance));
    }
  }
  const raw = joinJudgements(before);
  const candidates = after.map(joinJudgements);
  const gains = candidates.map(({ measures: [measure] }) =>
    measure!.values.map((value, i) => value - raw.measures[0]!.values[i]!),
  );
  const means = gains.map(mean);
  const best = means.indexOf(Math.max(...means));
  const chance = chanceOf(gains, random.fork('chance'));
  const isBetter = chance <= mostChance;
  return {
    strength: isBetter ? strengths[best]! : 0,
    chance,
    before: raw,
    after: isBetter ? candidates[best]! : raw,
  };
}
