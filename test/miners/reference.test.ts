import { describe, test } from 'vitest';
import { checkMiner } from '../reference/checks/miners.ts';
import { expectNoLeak } from '../support/expectNoLeak.ts';
import { reference } from '../support/reference.ts';
import type { MinerCase } from '../support/referenceMiners.ts';

const files = ['miners', 'compositions/miners'];
const cases = files.flatMap(reference<MinerCase>).filter((c) => c.quirk === undefined);

describe('miners choose the tuples the reference chooses', () => {
  test.each(cases)('$id', (c) => expectNoLeak(() => checkMiner(c)));
});
