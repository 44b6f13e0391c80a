import { describe, expect, test } from 'vitest';
import { type ProjectorOptions, projectorFiles } from '../../src/formats/projectorFiles.ts';
import { spriteSheet } from '../../src/formats/spriteSheet.ts';

const raw = { name: 'default', data: Uint8Array.of(0, 255, 7, 8, 9, 10), dims: 3 };
const embedded = { name: 'test', data: Float32Array.of(0.1, -1 / 3, 1e-8, 25_000), dims: 2 };

describe('projectorFiles', () => {
  test('writes tensors without a header, seven digits each', () => {
    const files = projectorFiles({ tensors: [raw, embedded] });
    expect(files['default_tensors.tsv']).toBe('0\t255\t7\n8\t9\t10\n');
    expect(files['test_tensors.tsv']).toBe('0.1\t-0.3333333\n1e-8\t25000\n');
    expect(Object.keys(files)).toEqual([
      'default_tensors.tsv',
      'test_tensors.tsv',
      'projector_config.pbtxt',
      'projector_config.json',
    ]);
  });

  test('one column of metadata has no header, more have one', () => {
    const one = projectorFiles({ tensors: [raw], metadata: { label: [7, 2] } });
    expect(one['metadata.tsv']).toBe('7\n2\n');
    const two = projectorFiles({ tensors: [raw], metadata: { label: [7, 2], file: ['a', 'b'] } });
    expect(two['metadata.tsv']).toBe('label\tfile\n7\ta\n2\tb\n');
  });

  test('tabs and line ends in values become spaces', () => {
    const files = projectorFiles({
      tensors: [raw],
      metadata: { 'a\tb': ['x\ty', 'p\r\nq'], c: [1, 2] },
    });
    expect(files['metadata.tsv']).toBe('a b\tc\nx y\t1\np q\t2\n');
  });

  test('both configurations name tensors, metadata and sprite', async () => {
    const sprite = await spriteSheet(new Uint8Array(12), { shape: [2, 3] });
    const files = projectorFiles({ tensors: [raw, embedded], metadata: { label: [7, 2] }, sprite });
    expect(files['sprite.png']).toBe(sprite.png);
    const [first = '', second = ''] = String(files['projector_config.pbtxt']).split(
      /(?=embeddings)/,
    );
    expect(first).toBe(
      [
        'embeddings {',
        '  tensor_name: "default"',
        '  tensor_path: "default_tensors.tsv"',
        '  metadata_path: "metadata.tsv"',
        '  sprite {',
        '    image_path: "sprite.png"',
        '    single_image_dim: 3',
        '    single_image_dim: 2',
        '  }',
        '}',
        '',
      ].join('\n'),
    );
    expect(second).toBe(first.replaceAll('default', 'test'));
    expect(JSON.parse(String(files['projector_config.json']))).toEqual({
      embeddings: [
        ['default', 3],
        ['test', 2],
      ].map(([name, dims]) => ({
        tensorName: name,
        tensorShape: [2, dims],
        tensorPath: `${name}_tensors.tsv`,
        metadataPath: 'metadata.tsv',
        sprite: { imagePath: 'sprite.png', singleImageDim: [3, 2] },
      })),
    });
  });

  test.each<[ProjectorOptions, string]>([
    [
      { tensors: [] },
      'projectorFiles: expected tensors to be an array of at least one tensor, { name, data, dims }, got tensors: [].',
    ],
    [
      { tensors: [raw, { ...embedded, dims: 4 }] },
      'projectorFiles: expected 2 rows in tensor "test", got 1.',
    ],
    [
      { tensors: [{ ...raw, dims: 4 }] },
      'projectorFiles: expected tensor "default" to be of shape [count, dims], got 6 values, dims: 4.',
    ],
    [
      { tensors: [raw, raw] },
      'projectorFiles: expected tensors to have different names of letters, digits, spaces, dots, - and _, got "default".',
    ],
    [
      { tensors: [{ ...raw, name: '../x' }] },
      'projectorFiles: expected tensors to have different names of letters, digits, spaces, dots, - and _, got "../x".',
    ],
    [
      { tensors: [{ name: 'a', data: Float32Array.of(1, Number.NaN), dims: 1 }] },
      'projectorFiles: expected tensor "a" to be finite, got NaN in row 1.',
    ],
    [
      { tensors: [raw], metadata: { label: [1] } },
      'projectorFiles: expected 2 values of metadata "label", got 1.',
    ],
  ])('rejects bad input: %#', (options, message) => {
    expect(() => projectorFiles(options)).toThrow(message);
  });
});
