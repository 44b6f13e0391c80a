import { parseArgs } from 'node:util';
import { MetricLearningError } from 'tfjs-metric-learning';

export interface Flags {
  readonly port: number;
  readonly host: string;
  readonly workers: number;
  /** The folder that keeps the enrolled items, and the bundle if none is given. */
  readonly data: string;
  /** A file of `encodeBundle`; undefined for a network that is trained on MNIST at the first start. */
  readonly bundle: string | undefined;
  /** Requests a second that one address may send. */
  readonly rate: number;
  /** Bytes of a request's body. */
  readonly body: number;
  /** Images of MNIST to train on. */
  readonly limit: number;
}

export const help = `Usage: service [options]

Embeds, searches, enrolls and forgets over HTTP. Without a bundle, the first start trains a small network on MNIST.

  --port <port>      (default: 8080; 0 chooses a free one)
  --host <address>   (default: 127.0.0.1)
  --workers <count>  processes that answer (default: 2)
  --data <folder>    keeps the enrolled items (default: service-data)
  --bundle <file>    of encodeBundle; send SIGHUP to load it again
  --rate <requests>  that one address may send in a second (default: 5000)
  --body <bytes>     of a request at most (default: 1000000)
  --limit <images>   of MNIST to train on (default: 3000)
  --version          of the example
  --help             this text`;

/**
 * The flags of a command line; `'help'` or `'version'` where that is asked for.
 *
 * @throws MetricLearningError that names the flag.
 */
export function readFlags(args: string[]): Flags | 'help' | 'version' {
  const text = { type: 'string' } as const;
  const { values } = parse(args, {
    port: text,
    host: text,
    workers: text,
    data: text,
    bundle: text,
    rate: text,
    body: text,
    limit: text,
    help: { type: 'boolean' },
    version: { type: 'boolean' },
  });
  if (values['help']) return 'help';
  if (values['version']) return 'version';
  const whole = (name: string, least: number, most: number, fallback: number): number => {
    const given = values[name];
    if (given === undefined) return fallback;
    const value = Number(given);
    if (given !== '' && Number.isSafeInteger(value) && value >= least && value <= most)
      return value;
    throw wrong(`--${name} to be a whole number from ${least} to ${most}`, `${given}`);
  };
  return {
    port: whole('port', 0, 65_535, 8080),
    host: (values['host'] as string | undefined) ?? '127.0.0.1',
    workers: whole('workers', 1, 64, 2),
    data: (values['data'] as string | undefined) ?? 'service-data',
    bundle: values['bundle'] as string | undefined,
    rate: whole('rate', 1, 1e9, 5000),
    body: whole('body', 1000, 1e8, 1e6),
    limit: whole('limit', 200, 60_000, 3000),
  };
}

function parse(
  args: string[],
  options: NonNullable<Parameters<typeof parseArgs>[0]>['options'],
): { values: Record<string, unknown> } {
  try {
    return parseArgs({ args, ...(options && { options }) });
  } catch (error) {
    const got = (error as Error).message.split(/\.\s/)[0] as string;
    throw wrong('the flags that --help lists', got);
  }
}

function wrong(expected: string, got: string): MetricLearningError {
  return new MetricLearningError({ where: 'service', expected, got });
}
