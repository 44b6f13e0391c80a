import { describe, test } from 'vitest';
import { checkSampler, type SamplerCase } from '../reference/checks/samplers.ts';
import { expectNoLeak } from '../support/expectNoLeak.ts';
import { reference } from '../support/reference.ts';

const cases = reference<SamplerCase & { quirk?: unknown }>('samplers').filter(
  (c) => c.quirk === undefined,
);

describe('samplers draw as the reference does', () => {
  test.each(cases)('$id', (c) => expectNoLeak(() => checkSampler(c)));
});
