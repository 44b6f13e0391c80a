import { describe, expect, test } from 'vitest';
import {
  fitTable,
  fitTokenizer,
  parseCsv,
  restoreTable,
  restoreTokenizer,
  type TableRow,
} from '../../src/index.ts';

describe('fitTable', () => {
  const { rows } = parseCsv('age,city\n10,Rome\n20,Oslo\n,Rome\n30,Oslo');
  const table = fitTable(rows, { age: 'number', city: 'category' });

  test('standardizes numbers, flags missing ones, and gives each category a value', () => {
    const { examples, shape, dropped } = table.encode(rows);
    expect([shape, table.width]).toEqual([[4, 4], 4]);
    const one = Math.fround(10 / Math.sqrt(200 / 3));
    expect([...examples]).toEqual([-one, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 1, one, 0, 1, 0]);
    expect(dropped).toEqual({ age: { missing: 1, unknown: 0 }, city: { missing: 0, unknown: 0 } });
  });

  test('says what it does not know, and encodes it as zeros', () => {
    const { examples, dropped } = table.encode([{ age: null, city: 'Bonn' }, { age: 20 }]);
    expect([...examples]).toEqual([0, 1, 0, 0, 0, 0, 0, 0]);
    expect(dropped).toEqual({ age: { missing: 1, unknown: 0 }, city: { missing: 1, unknown: 1 } });
  });

  test('knows the rows that it was fitted on alone, and is restored from JSON', () => {
    const again = restoreTable(JSON.parse(JSON.stringify(table.state)));
    expect(again.encode(rows)).toEqual(table.encode(rows));
    const whole = fitTable([{ x: 5 }, { x: 5 }], { x: 'number' });
    expect([...whole.encode([{ x: 6 }]).examples]).toEqual([1]);
  });

  test.each<[string, () => unknown, string]>([
    [
      'no rows',
      () => fitTable([], { x: 'number' }),
      'fitTable: expected at least one row and one column, got 0 rows, 1 columns.',
    ],
    ['no columns', () => fitTable(rows, {}), 'got 4 rows, 0 columns.'],
    [
      'rows that are none',
      () => fitTable('x' as never, { x: 'number' }),
      'expected rows to be an array of records, as parseCsv returns them, got "x".',
    ],
    [
      'a row that is none',
      () => fitTable([{ x: 1 }, null as never], { x: 'number' }),
      'got null in row 1.',
    ],
    [
      'a kind that is none',
      () => fitTable(rows, { age: 'text' as never }),
      "expected columns.age to be 'number' or 'category', got \"text\".",
    ],
    [
      'a column that is not there',
      () => fitTable(rows, { Age: 'number' }),
      'expected at least one value in the column Age, got 4 rows without it.',
    ],
    [
      'a text among numbers',
      () => fitTable([{ x: 1 }, { x: 'n/a' }] as TableRow[], { x: 'number' }),
      'expected numbers in the column x, got "n/a" in row 1.',
    ],
    [
      'Infinity',
      () => table.encode([{ age: Infinity }]),
      'encode: expected numbers in the column age, got Infinity in row 0.',
    ],
    [
      'another state',
      () => restoreTable([{ name: 'x' }] as never),
      'restoreTable: expected the state of an encoder that fitTable made',
    ],
  ])('refuses %s', (_, call, message) => {
    expect(call).toThrow(message);
  });
});

describe('fitTokenizer', () => {
  const texts = ['The cat saw the dog.', 'A dog — the big one!'];

  test('gives the most frequent words the first ids, pads and cuts', () => {
    const tokenizer = fitTokenizer(texts, { length: 4 });
    expect(tokenizer.state.tokens).toEqual(['the', 'dog', 'a', 'big', 'cat', 'one', 'saw']);
    expect(tokenizer.vocabulary).toBe(9);
    const { examples, shape, dropped } = tokenizer.encode(['the dog', '', 'the cat saw the bird']);
    expect(shape).toEqual([3, 4]);
    expect([...examples]).toEqual([2, 3, 0, 0, 0, 0, 0, 0, 2, 6, 8, 2]);
    expect(dropped).toEqual({ cut: 1, unknown: 0, empty: 1 });
  });

  test('has characters of any script as tokens, and ids of its own for those that it does not know', () => {
    const tokenizer = fitTokenizer(['añ', 'n\u0303😀'], { by: 'character', length: 3, size: 2 });
    expect(tokenizer.state.tokens).toEqual(['ñ', 'a']);
    const { examples, dropped } = tokenizer.encode(['aÑ😀']);
    expect([...examples]).toEqual([3, 2, 1]);
    expect(dropped).toEqual({ cut: 0, unknown: 1, empty: 0 });
  });

  test('is restored from JSON', () => {
    const tokenizer = fitTokenizer(texts, { lowerCase: false });
    const again = restoreTokenizer(JSON.parse(JSON.stringify(tokenizer.state)));
    expect(again.encode(texts)).toEqual(tokenizer.encode(texts));
    expect(tokenizer.state.tokens).toContain('The');
  });

  test.each<[string, () => unknown, string]>([
    [
      'a text alone',
      () => fitTokenizer('cat' as never),
      'fitTokenizer: expected texts to be an array of strings, got "cat".',
    ],
    ['a number among texts', () => fitTokenizer(['a', 3 as never]), 'got 3 at index 1.'],
    [
      'texts without words',
      () => fitTokenizer(['...', '']),
      'expected texts with at least one token, got 2 texts without any.',
    ],
    [
      'a length of 0',
      () => fitTokenizer(texts, { length: 0 }),
      'expected length to be a whole number >= 1, got length: 0.',
    ],
    [
      'another kind of token',
      () => fitTokenizer(texts, { by: 'letter' as never }),
      "expected by to be one of 'word', 'character'",
    ],
    [
      'another state',
      () => restoreTokenizer({ by: 'word' } as never),
      'restoreTokenizer: expected the state of a tokenizer that fitTokenizer made',
    ],
    [
      'numbers to encode',
      () => fitTokenizer(texts).encode([1] as never),
      'encode: expected texts to be an array of strings, got 1 at index 0.',
    ],
  ])('refuses %s', (_, call, message) => {
    expect(call).toThrow(message);
  });
});
