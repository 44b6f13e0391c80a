import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { element, escapeXml, rounded, textAt } from '../../src/charts/internal/svg.ts';
import { expectWellFormed } from './expectWellFormed.ts';

describe('escapeXml', () => {
  test('leaves no way out of text or attribute', () => {
    expect(escapeXml(`<a href="x">'&'</a>`)).toBe(
      '&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;',
    );
  });

  test('replaces what XML cannot hold, and keeps what it can', () => {
    expect(escapeXml('a\u0000b\u001b\uffff')).toBe('a\ufffdb\ufffd\ufffd');
    expect(escapeXml('\ud800x\udc00')).toBe('\ufffdx\ufffd');
    expect(escapeXml('tab\tline\n 😀 é')).toBe('tab\tline\n 😀 é');
  });

  test('any text makes a well-formed element', () => {
    const anyText = fc.string({ unit: 'binary', maxLength: 40 });
    fc.assert(
      fc.property(anyText, (text) => {
        const clean = text.replace(/NaN|Infinity|undefined/g, '');
        expectWellFormed(textAt(1, 2, clean, { 'aria-label': clean }));
      }),
    );
  });
});

describe('element', () => {
  test('rounds numbers, leaves undefined out, and closes itself when empty', () => {
    expect(element('rect', { x: 1.2345, y: -0.001, rx: undefined })).toBe('<rect x="1.23" y="0"/>');
    expect(element('g', {}, element('a'), 'b')).toBe('<g><a/>b</g>');
  });

  test('rounded has no trailing zeros and no minus zero', () => {
    expect([1.5, 2, -0.004, 1234.5678].map((value) => rounded(value))).toEqual([
      '1.5',
      '2',
      '0',
      '1234.57',
    ]);
  });
});
