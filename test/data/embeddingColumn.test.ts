import { describe, expect, test } from 'vitest';
import { embeddingColumn, parseCsv } from '../../src/index.ts';

describe('embeddingColumn', () => {
  test('takes lists, typed arrays, and lists as JSON, as a CSV file has them', () => {
    const data = Float32Array.of(1, 2, 3, 4);
    const expected = { data, shape: [2, 2] };
    expect(embeddingColumn([{ e: [1, 2] }, { e: [3, 4] }], 'e')).toEqual(expected);
    expect(embeddingColumn([{ e: Float64Array.of(1, 2) }, { e: [3, 4] }], 'e')).toEqual(expected);
    const { rows } = parseCsv('name,e\na,"[1, 2]"\nb,"[3,4]"\n');
    expect(embeddingColumn(rows, 'e')).toEqual(expected);
  });

  test.each<[string, unknown, string]>([
    ['no rows', [], 'at least one record'],
    ['no array', 'rows', 'at least one record'],
    ['a missing column', [{ a: 1 }], 'of row 0 to be a list of finite numbers, got undefined'],
    ['a missing value', [{ e: [1, 2] }, { e: null }], 'of row 1 to be a list of 2 finite numbers'],
    ['a row of null', [{ e: [1, 2] }, null], 'of row 1 to be a list of 2 finite numbers'],
    ['another length', [{ e: [1, 2] }, { e: [1] }], 'of row 1 to be a list of 2 finite numbers'],
    ['an empty list', [{ e: [] }], 'of row 0 to be a list of finite numbers'],
    ['NaN', [{ e: [1, Number.NaN] }], 'of row 0 to be a list of finite numbers'],
    ['beyond float32', [{ e: [1e39] }], 'of row 0 to be a list of finite numbers'],
    ['a text', [{ e: '1 2' }], 'of row 0 to be a list of finite numbers, got "1 2"'],
    ['BigInts', [{ e: [1n] }], 'of row 0 to be a list of finite numbers'],
  ])('refuses %s', (_, rows, message) => {
    expect(() => embeddingColumn(rows as never, 'e')).toThrow(message);
    expect(() => embeddingColumn(rows as never, 'e')).toThrow('embeddingColumn: expected ');
  });
});
