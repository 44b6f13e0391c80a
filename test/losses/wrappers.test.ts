import { describe, test } from 'vitest';
import { checkWrapper, type WrapperCase } from '../reference/checks/wrappers.ts';
import { expectNoLeak } from '../support/expectNoLeak.ts';
import { reference } from '../support/reference.ts';

describe('losses around losses agree with the reference', () => {
  test.each(reference<WrapperCase>('wrappers'))('$id', (c) => expectNoLeak(() => checkWrapper(c)));
});
