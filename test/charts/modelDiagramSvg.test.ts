import { input, layers, model, type SymbolicTensor, sequential } from '@tensorflow/tfjs-layers';
import { describe, expect, test } from 'vitest';
import { type DiagramLayer, diagramLayers } from '../../src/charts/diagramLayers.ts';
import { layoutDiagram } from '../../src/charts/internal/diagramLayout.ts';
import { modelDiagramSvg } from '../../src/charts/modelDiagramSvg.ts';
import { expectWellFormed } from './expectWellFormed.ts';

const layer = (name: string, inputs: string[]): DiagramLayer => ({
  name,
  type: 'Dense',
  outputShape: [null, 4],
  params: 10,
  inputs,
});

describe('diagramLayers', () => {
  test('reads a shared network within a network of three inputs', () => {
    const base = sequential({
      name: 'base',
      layers: [
        layers.dense({ name: 'hidden', units: 8, inputShape: [5] }),
        layers.dense({ name: 'out', units: 2 }),
      ],
    });
    const inputs = ['a', 'b', 'c'].map((name) => input({ name, shape: [5] }));
    const outputs = inputs.map((one) => base.apply(one) as SymbolicTensor);
    const joined = layers.concatenate({ name: 'joined' }).apply(outputs) as SymbolicTensor;
    const network = model({ inputs, outputs: joined });
    const found = diagramLayers(network);
    expect(found.map(({ name, type, inputs }) => [name, type, inputs])).toEqual([
      ['a', 'InputLayer', []],
      ['b', 'InputLayer', []],
      ['c', 'InputLayer', []],
      ['base', 'Sequential', ['a', 'b', 'c']],
      ['joined', 'Concatenate', ['base', 'base', 'base']],
    ]);
    expect(found[3]).toMatchObject({ outputShape: [null, 2], params: 66 });
    expect(found[3]?.layers?.map(({ name, params, inputs }) => [name, params, inputs])).toEqual([
      ['hidden', 48, []],
      ['out', 18, ['hidden']],
    ]);

    const svg = modelDiagramSvg(found);
    expectWellFormed(svg);
    for (const text of ['>base<', '>hidden<', '>2 · 66 parameters<', '>joined<']) {
      expect(svg).toContain(text);
    }
    expect(svg.match(/stroke-linejoin="round"/g)?.length).toBe(6); // arrows
    network.dispose();
  });
});

test('diagramLayers reads a shared network of a single layer', () => {
  const base = sequential({ layers: [layers.dense({ units: 2, inputShape: [4] })] });
  const one = input({ shape: [4] });
  const network = model({ inputs: one, outputs: base.apply(one) as SymbolicTensor });
  expect(diagramLayers(network)[1]).toMatchObject({ outputShape: [null, 2], params: 10 });
  network.dispose();
});

describe('modelDiagramSvg', () => {
  test('lays out branches, long ways round, and several outputs', () => {
    const list = [
      layer('in', []),
      layer('left', ['in']),
      layer('right', ['in']),
      layer('far', ['left']),
      layer('sum', ['far', 'right', 'in']),
      layer('head', ['sum']),
      layer('tail', ['sum']),
    ];
    expectWellFormed(modelDiagramSvg(list, { theme: 'dark' }));
  });

  test.each([
    [
      [],
      'modelDiagramSvg: expected an array of at least one layer, got []. Make the layers of a tfjs model with diagramLayers(model).',
    ],
    [
      [layer('a', []), layer('a', [])],
      'modelDiagramSvg: expected layers of different names, got "a" twice.',
    ],
    [
      [layer('a', ['b']), layer('b', [])],
      'modelDiagramSvg: expected each input of "a" to be the name of a layer before it, got "b".',
    ],
  ])('rejects bad input: %#', (list, message) => {
    expect(() => modelDiagramSvg(list)).toThrow(message);
  });
});

test('layoutDiagram puts boxes below their inputs, without overlap', () => {
  const size = { width: 100, height: 40 };
  const nodes = [[], [], [0, 1], [0], [2, 3], [4, 0]].map((inputs) => ({ ...size, inputs }));
  const { nodes: placed, bends, width, height } = layoutDiagram(nodes);
  placed.forEach((a, i) => {
    expect(a.x - 50).toBeGreaterThanOrEqual(-1e-9);
    expect(a.x + 50).toBeLessThanOrEqual(width + 1e-9);
    expect(a.y + 40).toBeLessThanOrEqual(height + 1e-9);
    for (const from of nodes[i]?.inputs ?? [])
      expect((placed[from] as typeof a).y).toBeLessThan(a.y);
    for (const b of placed.slice(0, i)) {
      expect(Math.abs(a.x - b.x) >= 100 || Math.abs(a.y - b.y) >= 40).toBe(true);
    }
  });
  expect(bends[5]?.[1]?.length).toBe(2); // from the first rank past two others to the fourth
});
