import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { globSync } from 'tinyglobby';
import { describe, expect, test } from 'vitest';

/** The rooms of src/, in the order data flows, and the rooms each may import from. */
const mayImport: Record<string, readonly string[]> = {
  base: [],
  ops: ['base'],
  data: ['base'],
  tuples: ['base'],
  samplers: ['base', 'tuples'],
  embedder: ['base', 'data', 'ops'],
  distances: ['base', 'ops'],
  reducers: ['base', 'ops'],
  regularizers: ['base', 'ops', 'distances', 'reducers'],
  miners: ['base', 'ops', 'tuples', 'distances'],
  losses: ['base', 'ops', 'tuples', 'distances', 'reducers', 'regularizers', 'miners'],
  training: [
    'base',
    'ops',
    'data',
    'samplers',
    'tuples',
    'embedder',
    'reducers',
    'miners',
    'losses',
  ],
  neighbors: ['base', 'ops', 'distances'],
  adapters: ['base', 'neighbors'],
  evaluation: ['base', 'ops', 'tuples', 'neighbors'],
  recognition: ['base', 'ops', 'data', 'embedder', 'neighbors'],
  visualization: ['base'],
  report: [
    'base',
    'data',
    'tuples',
    'embedder',
    'samplers',
    'training',
    'neighbors',
    'evaluation',
    'visualization',
  ],
  backend: ['base'],
  node: ['base', 'data', 'neighbors', 'training'],
};

const importOf = /(?:from|import)\s+'([^']+)'/g;
const files = globSync(['src/*/**/*.ts', '!src/backend/assembly/**']).sort();

describe.each(files)('%s', (file) => {
  const code = readFileSync(file, 'utf8');
  const room = file.split('/')[1] as string;
  const imports = [...code.matchAll(importOf)].map(([, path = '']) => path);

  test('imports only from the rooms before it', () => {
    for (const path of imports.filter((name) => name.startsWith('.'))) {
      const target = join(dirname(file), path).split('/')[1] as string;
      if (target === room) continue;
      expect(mayImport[room], `${room} may not import ${target}`).toContain(target);
    }
  });

  test('imports no package but tfjs, and nothing from its inside', () => {
    const packages = imports.filter((name) => !name.startsWith('.'));
    for (const name of packages) {
      expect(name).toMatch(/^@tensorflow\/tfjs-(core|layers|backend-cpu)$/);
    }
  });

  test('is short, and takes its chance and its clock from its caller', () => {
    const generated = /(wasmModule|pageScript)\.ts$/.test(file);
    if (!generated) expect(code.split('\n').length).toBeLessThanOrEqual(251);
    const body = code.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
    expect(body).not.toMatch(/Date\.now|new Date|console\./);
    if (!file.endsWith('withSeededMath.ts')) expect(body).not.toMatch(/Math\.random/);
  });
});
