import { describe, test } from 'vitest';
import { checkWrapper, type WrapperCase } from '../reference/checks/wrappers.ts';
import { expectNoLeak } from '../support/expectNoLeak.ts';
import { reference } from '../support/reference.ts';

const cases = ['wrappers', 'compositions/wrappers', 'compositions/memories'].flatMap(
  reference<WrapperCase>,
);

describe('losses around losses agree with the reference', () => {
  test.each(cases)('$id', (c) => expectNoLeak(() => checkWrapper(c)));
});
