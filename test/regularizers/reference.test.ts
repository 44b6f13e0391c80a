import { describe, test } from 'vitest';
import { checkRegularizer, type RegularizerCase } from '../reference/checks/regularizers.ts';
import { expectNoLeak } from '../support/expectNoLeak.ts';
import { reference } from '../support/reference.ts';

const cases = reference<RegularizerCase & { quirk?: unknown }>('regularizers');

describe('regularizers agree with the reference', () => {
  test.each(cases.filter(({ quirk }) => quirk === undefined))('$id', (c) => {
    expectNoLeak(() => checkRegularizer(c));
  });
});
