import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { globSync } from 'tinyglobby';
import { describe, expect, test } from 'vitest';

/** The table of ARCHITECTURE.md: rooms and root files, in the order of layers, and what each may import from. */
const table = readFileSync('ARCHITECTURE.md', 'utf8').split('## Rooms and layers')[1] ?? '';
const mayImport = new Map(
  [...table.matchAll(/^\| `([\w.]+)` \|[^|]*\|([^|]*)\|$/gm)].map(([, room = '', list = '']) => [
    room,
    [...list.matchAll(/`([\w.]+)`/g)].map(([, name = '']) => name),
  ]),
);
const layers = [...mayImport.keys()];

const files = globSync(['src/**/*.ts', '!src/backend/assembly/**']).sort();

/** `from '..';`, `import '..';` and `import('..')`, also of types. */
const importOf = /(?:\bfrom|^import)\s+'([^'\n]+)';|\bimport\(\s*'([^'\n]+)'\s*\)/gm;

function withoutComments(code: string): string {
  return code.replace(/\/\*[\s\S]*?\*\/|(^|\s)\/\/.*/g, '');
}

/** The paths that a file imports. */
function importsOf(file: string): string[] {
  if (isGenerated(file)) return [];
  const code = withoutComments(readFileSync(file, 'utf8'));
  return [...code.matchAll(importOf)].map(([, statement, call]) => statement ?? call ?? '');
}

function isGenerated(file: string): boolean {
  return /(wasmModule|pageScript)\.ts$/.test(file);
}

/** The files of src that a file imports. */
function neighborsOf(file: string): string[] {
  return importsOf(file)
    .filter((path) => path.startsWith('.'))
    .map((path) => join(dirname(file), path));
}

function roomOf(file: string): string {
  return file.split('/')[1] as string;
}

describe('The layers in ARCHITECTURE.md', () => {
  test('name every room and every root file of src, and nothing else', () => {
    expect([...layers].sort()).toEqual([...new Set(files.map(roomOf))].sort());
  });

  test.each(layers)('%s is permitted only what stands above it', (room) => {
    const above = layers.slice(0, layers.indexOf(room));
    for (const name of mayImport.get(room) ?? []) expect(above).toContain(name);
  });

  test.each(layers)('%s uses every permission that it has', (room) => {
    const used = new Set(
      files
        .filter((file) => roomOf(file) === room)
        .flatMap(neighborsOf)
        .map(roomOf),
    );
    expect((mayImport.get(room) ?? []).filter((name) => !used.has(name))).toEqual([]);
  });
});

describe.each(files)('%s', (file) => {
  test('imports only what its row in ARCHITECTURE.md permits', () => {
    for (const target of neighborsOf(file).map(roomOf)) {
      if (target === roomOf(file)) continue;
      expect(mayImport.get(roomOf(file)), `${file} imports from ${target}`).toContain(target);
    }
  });

  test('imports no package but tfjs and optional peers, and nothing from the inside of a package', () => {
    const types = /typeof import\('(node:[\w/]+)'\)/g; // the types alone: loading them is internal/nodeModules.ts's
    const code = readFileSync(file, 'utf8');
    const ofNode = [...code.matchAll(types)].map(([, name]) => name);
    for (const name of importsOf(file)) {
      if (name.startsWith('.') || ofNode.includes(name)) continue;
      expect(name).toMatch(
        /^(@tensorflow\/tfjs-(core|layers|backend-cpu)|hyparquet|hyparquet-writer|sharp|umap-js|usearch)$/,
      );
    }
  });

  test('takes its random numbers and its clock from its caller, and prints nothing', () => {
    const body = withoutComments(readFileSync(file, 'utf8'));
    if (!isGenerated(file)) expect(body).not.toMatch(/Date\.now|new Date|console\./);
    // A layer of tfjs draws its seed as tfjs does: withSeededMath seeds that too.
    if (!/withSeededMath|replaceDropout/.test(file)) expect(body).not.toMatch(/Math\.random/);
  });
});

test('There is no circle of imports between files', () => {
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) {
      circles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
      return;
    }
    if (done.has(file)) return;
    for (const next of neighborsOf(file)) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  expect(circles).toEqual([]);
});
