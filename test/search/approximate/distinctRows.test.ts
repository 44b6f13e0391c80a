import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createDistinctRows } from '../../../src/search/approximate/distinctRows.ts';

const dims = 2;
const rowOf = (value: number): Float32Array => Float32Array.of(value, value * value);

describe('createDistinctRows', () => {
  test('groups after any series of changes the rows that are equal', () => {
    const change = fc.oneof(
      fc.record({ kind: fc.constant('put' as const), at: fc.nat(9), value: fc.nat(4) }),
      fc.record({ kind: fc.constant('remove' as const), at: fc.nat(9), value: fc.nat(4) }),
    );
    fc.assert(
      fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
        let distinct = createDistinctRows(dims);
        let plain: number[] = [];
        const graph = new Set<number>(); // the nodes that a graph would hold
        for (const { kind, at, value } of changes) {
          if (kind === 'put') {
            const row = Math.min(at, plain.length);
            plain[row] = value;
            const { gone, fresh } = distinct.put(row, rowOf(value));
            if (gone !== undefined) expect(graph.delete(gone)).toBe(true);
            if (fresh !== undefined) expect(graph.has(fresh)).toBe(false);
            if (fresh !== undefined) graph.add(fresh);
          } else {
            const rows = [...plain.keys()].filter((row) => plain[row] === value);
            const kept = [...plain.keys()].filter((row) => plain[row] !== value);
            for (const gone of distinct.remove(rows)) expect(graph.delete(gone)).toBe(true);
            for (const row of rows) expect(distinct.nodes()[row]).toBe(-1);
            distinct.pack(kept);
            plain = plain.filter((one) => one !== value);
          }
          if (at === 0) {
            distinct = createDistinctRows(
              dims,
              distinct.nodes(),
              Float32Array.from(plain.flatMap((one) => Array.from(rowOf(one)))),
            );
          }
          expect(distinct.size()).toBe(new Set(plain).size);
          expect(new Set(distinct.nodes())).toEqual(graph);
          for (const node of graph) {
            const members: number[] = [];
            distinct.eachRow(node, (row) => members.push(row));
            members.sort((a, b) => a - b);
            const value = plain[members[0] as number];
            expect(members).toEqual(plain.flatMap((one, row) => (one === value ? [row] : [])));
          }
        }
      }),
    );
  });

  test('takes 0 and -0 for one, and tells near numbers apart', () => {
    const distinct = createDistinctRows(1);
    const values = [0, -0, 1e-45, 1, 1 + 2 ** -23, -1];
    values.forEach((value, row) => {
      distinct.put(row, Float32Array.of(value));
    });
    expect(Array.from(distinct.nodes())).toEqual([0, 0, 1, 2, 3, 4]);
  });
});
