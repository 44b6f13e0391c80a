import { describe, expect, test } from 'vitest';
import { runExample } from '../support/runExample.ts';

const fewShot = (...args: string[]) => runExample('few-shot', args);

/** The first share in each row of this name, in percent. */
function shares(out: string, row: string): number[] {
  const lines = out.matchAll(new RegExp(`^${row} +(?:\\d+ +)?(\\d+\\.\\d) %`, 'gm'));
  return [...lines].map(([, share]) => Number(share));
}

describe('The few-shot example', () => {
  test('recognises digits it was not trained on, better than raw pixels do', async () => {
    const { code, out, error } = await fewShot(
      '--limit',
      '400',
      '--episodes',
      '50',
      '--epochs',
      '2',
    );
    expect(error).toBe('');
    expect(code).toBe(0);
    expect(out).toMatch(/^Train on 2800 images of 0 to 6/m);
    const [pixels] = shares(out, 'raw pixels');
    const [embeddings] = shares(out, 'embeddings');
    expect(embeddings).toBeGreaterThan(pixels as number);
    expect(out).toMatch(/^raw pixels +\d\d\.\d % \(\d\d\.\d % to \d\d\.\d %\)/m);

    // Before it is enrolled, after, and after it is forgotten.
    const [before, enrolled, forgotten] = shares(out, 'digit 9');
    expect(before).toBe(0);
    expect(enrolled).toBeGreaterThan(30);
    expect(forgotten).toBe(0);
  }, 120_000);

  test('gives the same numbers for the same seed', async () => {
    const numbers = async (): Promise<string> => {
      const { out } = await fewShot('--limit', '80', '--episodes', '5', '--seed', '3');
      return out.replaceAll(/Epoch.*|Whole run.*/g, '');
    };
    expect(await numbers()).toBe(await numbers());
  }, 120_000);

  test('--version tells the version', async () => {
    const { code, out } = await fewShot('--version');
    expect(code).toBe(0);
    expect(out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test('--help tells all flags', async () => {
    const { code, out } = await fewShot('--help');
    expect(code).toBe(0);
    for (const flag of ['epochs', 'episodes', 'limit', 'seed', 'threads', 'data']) {
      expect(out).toContain(`--${flag} <`);
    }
  });

  test.each<[string[], RegExp]>([
    [['--limit', '10'], /few-shot: expected --limit to be a whole number >= 80, got 10\./],
    [['--episodes', 'many'], /expected --episodes to be a whole number >= 2, got many\./],
    [['--epochs', '0'], /expected --epochs to be a whole number >= 1, got 0\./],
    [['--seed', '-1'], /expected the flags that --help lists, got .*--seed/],
    [['--what'], /expected the flags that --help lists, got Unknown option '--what'\./],
    [['extra'], /expected the flags that --help lists, got Unexpected argument 'extra'\./],
    [['--data', 'nowhere'], /expected nowhere\/.*ubyte to be a readable IDX file, got ENOENT/],
  ])('refuses %j in one line', async (args, message) => {
    const { code, out, error } = await fewShot(...args);
    expect(code).toBe(1);
    expect(out).toBe('');
    expect(error).toMatch(message);
    expect(error.trim().split('\n')).toHaveLength(1);
  });
});
