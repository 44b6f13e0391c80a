import { describe, expect, test } from 'vitest';
import {
  createRenderer,
  foldOptions,
  type RenderContext,
  slug,
} from '../../scripts/site/markdown.ts';

const renderer = createRenderer({
  highlight: (code, language) => `<pre class="${language}"><code>${code}</code></pre>`,
  linkTo: (file) => file.replace(/^docs\//, '').replace(/\.md$/, '.html'),
  reference: (name) => (name === 'semiHardMiner' ? 'reference/semiHardMiner.html' : undefined),
});

function render(markdown: string): { html: string; context: RenderContext } {
  const context: RenderContext = {
    url: 'losses/circleLoss.html',
    file: 'docs/losses/circleLoss.md',
    headings: [],
    sections: [],
  };
  return { html: renderer.page(markdown, context), context };
}

describe('A page of the guide', () => {
  test('links to other pages where the site has them', () => {
    expect(render('[a](../training.md#data) [b](https://arxiv.org/abs/1)').html).toBe(
      '<p><a href="../training.html#data">a</a> <a href="https://arxiv.org/abs/1" rel="noopener">b</a></p>\n',
    );
  });

  test('links the names of functions to their reference, but not inside of a link', () => {
    const link = '<a class="name" href="../reference/semiHardMiner.html">';
    expect(render('`semiHardMiner({ margin: 1 })` and `other`').html).toBe(
      `<p>${link}<code>semiHardMiner({ margin: 1 })</code></a> and <code>other</code></p>\n`,
    );
    expect(render('[`semiHardMiner`](x.md)').html).not.toContain(link);
  });

  test('has formulas in lines and paragraphs, and dollars in code and prices', () => {
    expect(render('so $a^2_b$ is').html).toContain('class="katex"');
    expect(render('$$\na * b\n+ c * d\n$$').html).toContain('<div class="formula">');
    expect(render('`$a$` costs $5 or $6').html).not.toContain('katex');
  });

  test('refuses a formula that is wrong', () => {
    expect(() => render('$\\frac{1}$')).toThrow(/KaTeX/);
  });

  test('has headings with the ids of GitHub, each once', () => {
    const { html, context } = render(
      '# A\n\n## Pairs: the same, or not?\n\n## Pairs: the same, or not?\n',
    );
    expect(context.headings.map(({ id }) => id)).toEqual([
      'a',
      'pairs-the-same-or-not',
      'pairs-the-same-or-not-1',
    ]);
    expect(html).toContain('<h2 id="pairs-the-same-or-not-1">');
    expect(slug('`fit` and `evaluate`')).toBe('fit-and-evaluate');
  });

  test('gives the search a section for each heading', () => {
    const { context } = render('# A\n\nOne `b`.\n\n## C\n\n- two\n\n```ts\nthree();\n```\n');
    expect(context.sections).toEqual([
      { id: 'a', heading: 'A', text: ' One b.' },
      { id: 'c', heading: 'C', text: ' two three(); ' },
    ]);
  });

  test('has a button for code that imports only what the site has', () => {
    const runs = (code: string): boolean =>
      render(`\`\`\`ts\n${code}\n\`\`\``).html.includes('data-runs');
    expect(runs("import { a } from 'tfjs-metric-learning';")).toBe(true);
    expect(
      runs(
        "import '@tensorflow/tfjs-backend-cpu';\nimport {\n  b,\n} from '@tensorflow/tfjs-core';",
      ),
    ).toBe(true);
    expect(runs("import { a } from 'tfjs-metric-learning/node';")).toBe(false);
    expect(runs("import { a } from 'tfjs-metric-learning';\nimport { b } from 'node:fs';")).toBe(
      false,
    );
    expect(runs('model.fit(data);')).toBe(false);
  });

  test('has tables of options in two columns', () => {
    const table =
      '| option | default | accepts | meaning |\n| --- | --- | --- | --- |\n| `m` | `0.4` | 1 \\| 2 | The margin. |\n';
    expect(foldOptions(`before\n\n${table}\nafter`)).toBe(
      'before\n\n| option | meaning |\n| --- | --- |\n| `m`<small>default `0.4`</small> | The margin.<small>Accepts 1 \\| 2.</small> |\n\nafter',
    );
  });
});
