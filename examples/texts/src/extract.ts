#!/usr/bin/env node
// Makes data/packages.tsv and its checksum anew from apt's package lists.
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { chooseTexts, readAptLists } from './debianTexts.ts';

const folder = new URL('../data/', import.meta.url);
const chosen = chooseTexts(await readAptLists(), { least: 60, most: 60, seed: 0 });
const contents = chosen
  .map(({ name, section, text }) => `${name}\t${section}\t${text.replaceAll(/\s+/g, ' ')}\n`)
  .join('');
const checksum = createHash('sha256').update(contents).digest('hex');
mkdirSync(folder, { recursive: true });
writeFileSync(new URL('packages.tsv', folder), contents);
writeFileSync(new URL('packages.tsv.sha256', folder), `${checksum}  packages.tsv\n`);
console.log(
  `${chosen.length} texts of ${new Set(chosen.map(({ section }) => section)).size} sections`,
);
