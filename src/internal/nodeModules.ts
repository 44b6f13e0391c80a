import { MetricLearningError } from '../errors/metricLearningError.ts';

type Builtins = {
  'node:fs/promises': typeof import('node:fs/promises');
  'node:path': typeof import('node:path');
  'node:crypto': typeof import('node:crypto');
  'node:os': typeof import('node:os');
  'node:zlib': typeof import('node:zlib');
};

/**
 * A module of Node's own, asked for when it is needed: an import would stop bundlers for the browser, where the
 * same entry must load.
 *
 * @throws MetricLearningError where there is no Node.
 */
export function nodeModule<Name extends keyof Builtins>(where: string, name: Name): Builtins[Name] {
  const found = globalThis.process?.getBuiltinModule?.(name);
  if (found === undefined) {
    throw new MetricLearningError({
      where,
      expected: 'to run in Node (20.16 or later), which has files',
      got: 'an engine without them',
      fix: 'In a browser, save to indexeddb://, localstorage:// or downloads://, and load from those or http://.',
    });
  }
  return found as unknown as Builtins[Name];
}
