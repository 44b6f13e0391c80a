import { readCommandLine } from '../../shared/commandLine.js';

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
  /** Seconds after which requests that are not answered are cut when the service ends. */
  readonly end: number;
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
  --end <seconds>    that the service waits at its end for answers (default: 30)
  --limit <images>   of MNIST to train on (default: 3000)
  --version          of the example
  --help             this text`;

const names = ['port', 'host', 'workers', 'data', 'bundle', 'rate', 'body', 'end', 'limit'];

/**
 * The flags of a command line; `'help'` or `'version'` where that is asked for.
 *
 * @throws MetricLearningError that names the flag.
 */
export function readFlags(args: string[]): Flags | 'help' | 'version' {
  const given = readCommandLine('service', args, names);
  if (given === 'help' || given === 'version') return given;
  return {
    port: given.whole('port', 0, 8080, 65_535),
    host: given.text('host') ?? '127.0.0.1',
    workers: given.whole('workers', 1, 2, 64),
    data: given.text('data') ?? 'service-data',
    bundle: given.text('bundle'),
    rate: given.whole('rate', 1, 5000, 1e9),
    body: given.whole('body', 1000, 1e6, 1e8),
    end: given.whole('end', 1, 30, 3600),
    limit: given.whole('limit', 200, 3000, 60_000),
  };
}
