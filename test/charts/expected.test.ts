import { expect, test } from 'vitest';
import { expectWellFormed } from './expectWellFormed.ts';
import { zoo } from './zoo.ts';

// After a change that is meant, `npm run expected` writes the pictures anew: look at them before they are committed.
test.each(Object.entries(zoo))('%s is drawn as in expected/', async (name, draw) => {
  const svg = await draw();
  expectWellFormed(svg);
  const lines = svg.replaceAll('><', '>\n<'); // one element a line, to be read in a review
  await expect(`${lines}\n`).toMatchFileSnapshot(`expected/${name}.svg`);
});

test.each(Object.entries(zoo))('%s has a name and a description', async (_, draw) => {
  const svg = await draw();
  const label = /^<svg [^>]*role="img" aria-label="([^"]*)"><title>([^<]+)<\/title><desc>/.exec(
    svg,
  );
  expect(label?.[1]).toMatch(/^[^:]{2,}: [^:,.]{3,}.*\.$/);
  expect(label?.[2]).toMatch(/\S/);
});
