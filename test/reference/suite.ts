/**
 * Checks every case of reference files on one backend, in a process of its own: `suite.mjs BACKEND FILE ...`.
 * Sends a message for each case, `{ name, state, reason? }`, and `{ end: true }` after the last.
 */
import '@tensorflow/tfjs-layers'; // registers the gradients
import '@tensorflow/tfjs-backend-cpu';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { env, setBackend } from '@tensorflow/tfjs-core';
import { checkAccuracy } from './checks/accuracy.ts';
import { checkDistance } from './checks/distances.ts';
import { checkIndices } from './checks/indices.ts';
import { checkLoss } from './checks/losses.ts';
import { checkMiner } from './checks/miners.ts';
import { checkReducer } from './checks/reducers.ts';
import { checkRegularizer } from './checks/regularizers.ts';
import { checkSampler } from './checks/samplers.ts';
import { checkSeed } from './checks/seed.ts';
import { checkTfa } from './checks/tfa.ts';
import { checkWrapper } from './checks/wrappers.ts';

/** How the cases of each file are checked. */
const checks: Readonly<Record<string, (c: never) => void | Promise<void>>> = {
  'accuracy.json': checkAccuracy,
  'distances.json': (c) => checkDistance(c),
  'indices.json': checkIndices,
  'losses.json': checkLoss,
  'memories.json': checkWrapper,
  'miners.json': checkMiner,
  'reducers.json': checkReducer,
  'regularizers.json': checkRegularizer,
  'repeated.json': checkLoss,
  'samplers.json': checkSampler,
  'seed.json': checkSeed,
  'tfa.json': checkTfa,
  'wrappers.json': checkWrapper,
};

const [, , backend = 'cpu', ...files] = process.argv;
env().set('IS_TEST', true); // no greeting from the cpu backend
if (backend === 'simd') {
  const { registerSimdBackend } = await import('../../src/backend.ts');
  await registerSimdBackend();
}
await setBackend(backend);

for (const file of files) await checkFile(file);
process.send?.({ end: true });

async function checkFile(file: string): Promise<void> {
  const name = basename(file);
  const tell = (id: string, state: string, reason?: string): void => {
    process.send?.({ name: `${name} ${id}`, state, reason });
  };
  const check = checks[name];
  if (check === undefined) {
    tell('', 'failed', 'no check for this file');
    return;
  }
  const { cases } = JSON.parse(readFileSync(file, 'utf8')) as {
    cases: { id: string; quirk?: unknown }[];
  };
  for (const c of cases) {
    if (c.quirk !== undefined) {
      tell(c.id, 'skipped');
      continue;
    }
    try {
      await check(c as never);
      tell(c.id, 'passed');
    } catch (error) {
      tell(c.id, 'failed', error instanceof Error ? error.message : String(error));
    }
  }
}
