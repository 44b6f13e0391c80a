import { expect } from 'vitest';

const token =
  /<\?[^>]*\?>|<!--[\s\S]*?-->|<\/([\w:-]+)\s*>|<([\w:-]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/y;
const badReference = /&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[\da-f]+);)/i;
// biome-ignore lint/suspicious/noControlCharactersInRegex: XML forbids them
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

/** Fails unless the text is one well-formed XML element, and returns how often each element occurs. */
export function expectWellFormed(xml: string): Record<string, number> {
  const counts: Record<string, number> = {};
  const open: string[] = [];
  let at = 0;
  expect(xml).not.toMatch(forbidden);
  while (at < xml.length) {
    const next = xml.indexOf('<', at);
    const text = xml.slice(at, next < 0 ? xml.length : next);
    expect(text, 'text').not.toMatch(badReference);
    if (open.length === 0) expect(text.trim(), 'text outside the root').toBe('');
    if (next < 0) break;
    token.lastIndex = next;
    const match = token.exec(xml);
    if (!match) throw new Error(`not well-formed at: ${xml.slice(next, next + 80)}`);
    const [whole, closing, opening, attributes = '', empty] = match;
    if (closing) expect(open.pop(), 'element closed').toBe(closing);
    if (opening) {
      expect(attributes).not.toMatch(badReference);
      const names = [...attributes.matchAll(/([\w:-]+)="/g)].map(([, name]) => name);
      expect(new Set(names).size, `attributes of ${whole}`).toBe(names.length);
      counts[opening] = (counts[opening] ?? 0) + 1;
      if (!empty) open.push(opening);
    }
    at = token.lastIndex;
  }
  expect(open, 'elements left open').toEqual([]);
  expect(xml).not.toMatch(/NaN|Infinity|undefined/);
  return counts;
}
