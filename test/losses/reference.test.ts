import { describe, test } from 'vitest';
import { checkLoss, type LossCase } from '../reference/checks/losses.ts';
import { expectNoLeak } from '../support/expectNoLeak.ts';
import { reference } from '../support/reference.ts';

const files = ['losses', 'compositions/losses', 'compositions/repeated'];
const cases = files.flatMap(reference<LossCase & { quirk?: unknown }>);

describe('losses agree with the reference', () => {
  test.each(cases.filter(({ quirk }) => quirk === undefined))('$id', (c) =>
    expectNoLeak(() => checkLoss(c)),
  );
});
