import { describe, test } from 'vitest';
import { checkIndices, type IndicesCase } from '../reference/checks/indices.ts';
import { expectNoLeak } from '../support/expectNoLeak.ts';
import { reference } from '../support/reference.ts';

describe('functions over tuples agree with the reference', () => {
  test.each(reference<IndicesCase>('indices'))('$id', (c) => {
    expectNoLeak(() => checkIndices(c));
  });
});
