import { describe, test } from 'vitest';
import {
  checkLogits,
  checkOutliers,
  type LogitsCase,
  type OutliersCase,
} from '../reference/checks/classWeights.ts';
import { checkLoss, type LossCase } from '../reference/checks/losses.ts';
import { expectNoLeak } from '../support/expectNoLeak.ts';
import { reference } from '../support/reference.ts';
import { classLossMakers } from '../support/referenceClassLosses.ts';

const losses = reference<LossCase & { quirk?: unknown }>('losses').filter(
  (c) => c.loss in classLossMakers && c.quirk === undefined,
);
const wrappers = reference<{ kind: string }>('wrappers');
const ofKind = <Case>(kind: string): Case[] =>
  wrappers.filter((c) => c.kind === kind) as unknown as Case[];

describe('losses over classes match the reference', () => {
  test.each(losses)('$id', (c) => expectNoLeak(() => checkLoss(c)));

  test.each(ofKind<LogitsCase>('get_logits'))('$id', (c) => expectNoLeak(() => checkLogits(c)));

  test.each(ofKind<OutliersCase>('get_outliers'))('$id', (c) =>
    expectNoLeak(() => checkOutliers(c)),
  );
});
