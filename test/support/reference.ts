import { readFileSync } from 'node:fs';

/** The cases of one file of reference numbers, `test/reference/<name>.json`; their origin is in its `meta`. */
export function reference<Case>(name: string): Case[] {
  const file = new URL(`../reference/${name}.json`, import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { cases: Case[] }).cases;
}
