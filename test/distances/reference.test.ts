import { describe, test } from 'vitest';
import { batchedDistance } from '../../src/distances/batchedDistance.ts';
import { checkDistance, type DistanceCase } from '../reference/checks/distances.ts';
import { expectNoLeak } from '../support/expectNoLeak.ts';
import { reference } from '../support/reference.ts';
import { distanceOf } from '../support/referenceDistances.ts';

const cases = reference<DistanceCase>('distances');

describe('distances agree with the reference', () => {
  test.each(cases)('$id', (c) => {
    expectNoLeak(() => checkDistance(c));
  });

  test.each(cases)('two rows at a time: $id', (c) => {
    expectNoLeak(() => checkDistance(c, batchedDistance(distanceOf(c.distance), { batchSize: 2 })));
  });
});
