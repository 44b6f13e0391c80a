import { describe, test } from 'vitest';
import { checkTfa, type TfaCase } from '../reference/checks/tfa.ts';
import { expectNoLeak } from '../support/expectNoLeak.ts';
import { reference } from '../support/reference.ts';

describe('losses agree with TensorFlow Addons', () => {
  test.each(reference<TfaCase>('tfa'))('$id', (c) => {
    expectNoLeak(() => checkTfa(c));
  });
});
