import { describe, test } from 'vitest';
import { checkReducer, type ReducerCase } from '../reference/checks/reducers.ts';
import { expectNoLeak } from '../support/expectNoLeak.ts';
import { reference } from '../support/reference.ts';

const cases = reference<ReducerCase & { quirk?: unknown }>('reducers');

describe('reducers agree with the reference', () => {
  test.each(cases.filter(({ quirk }) => quirk === undefined))('$id', (c) =>
    expectNoLeak(() => checkReducer(c)),
  );
});
