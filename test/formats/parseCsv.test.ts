import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCsv } from '../../src/index.ts';

describe('parseCsv', () => {
  test('reads quoted fields, line ends of all systems, and a byte order mark', () => {
    const text = '\ufeffname,note\r\n"Doe, Jane","said ""hi""\non two lines"\r\n\r\nBob,\n';
    expect(parseCsv(text)).toEqual({
      columns: ['name', 'note'],
      rows: [
        { name: 'Doe, Jane', note: 'said "hi"\non two lines' },
        { name: 'Bob', note: '' },
      ],
      dropped: 1,
    });
    expect(parseCsv('a;b\n1,5;2', { separator: ';' }).rows).toEqual([{ a: '1,5', b: '2' }]);
    expect(parseCsv('a\n1').rows).toEqual([{ a: '1' }]);
  });

  test('gives back any texts that were written as fields', () => {
    const field = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', 'é') });
    const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
    fc.assert(
      fc.property(fc.array(fc.tuple(field, field)), (rows) => {
        const text = ['x,y', ...rows.map((row) => row.map(quoted).join(','))].join('\r\n');
        const expected = rows.map(([x, y]) => ({ x, y }));
        expect(parseCsv(text).rows).toEqual(expected);
      }),
    );
  });

  test.each<[string, unknown, string]>([
    ['what is no text', 3, 'parseCsv: expected a text, got 3.'],
    ['an empty text', '', 'expected a first line with the names of the columns, got no line.'],
    [
      'a column twice',
      'a,a\n1,2',
      'expected different names of columns in the first line, got "a" as column 2.',
    ],
    ['a column without a name', 'a,\n1,2', 'got "" as column 2.'],
    [
      'too many fields',
      'a,b\n1,2\n1,2,3',
      'expected 2 fields in line 3, as in the first line, got 3.',
    ],
    [
      'too few fields',
      'a,b\n"x\ny",2\n1',
      'expected 2 fields in line 4, as in the first line, got 1.',
    ],
    ['a quote without an end', 'a,b\n1,"2\n3', 'expected the quote in line 2 to end, got none.'],
    [
      'text behind a quote',
      'a,b\n"1"x,2',
      'expected a separator or a line end after the field in line 2, got "x".',
    ],
  ])('refuses %s', (_, text, message) => {
    expect(() => parseCsv(text as string)).toThrow(message);
  });
});
