import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { show } from '../../internal/checks.ts';
import { callback, type OptionKind, positive, text } from '../../internal/optionKinds.ts';
import {
  made,
  type OptionTable,
  type OptionValues,
  optional,
  preset,
  required,
} from '../../internal/readOptions.ts';

export interface QdrantConnection {
  /** The address of the server, e.g. `http://localhost:6333`. */
  url: string;
  /** The key of the server. It is sent as the header `api-key`, and no message shows it. */
  apiKey?: string;
  /** Milliseconds to wait for an answer. Default 60000. */
  timeout?: number;
  /** Sends the requests. Default: the global `fetch`. */
  fetch?: typeof fetch;
}

/** An address; `checkUrl` says what is wrong with one without showing it. */
const urlKind: OptionKind<string> = { expected: 'an address', accepts: () => true };

/** The rules of `QdrantConnection`. */
export const connectionRules: OptionTable<QdrantConnection, 'apiKey'> = {
  url: required(urlKind),
  apiKey: optional(text),
  timeout: preset(60_000, positive),
  fetch: made(() => fetch, callback<typeof fetch>('fetch')),
};

/**
 * Sends a request to a path below the url, and gives the `result` of the answer; undefined if its status is `unless`.
 *
 * @throws MetricLearningError if there is no answer, or another error for one.
 */
export type QdrantRequest = (
  where: string,
  method: 'GET' | 'PUT' | 'POST',
  path: string,
  body?: unknown,
  unless?: number,
) => Promise<unknown>;

/** @throws MetricLearningError if the url is none of a server. */
export function qdrantRequest({
  url,
  apiKey,
  timeout,
  fetch: send,
}: OptionValues<typeof connectionRules>): QdrantRequest {
  const base = checkUrl(url);
  const headers = {
    'content-type': 'application/json',
    ...(apiKey !== undefined && { 'api-key': apiKey }),
  };

  return async (where, method, path, body, unless) => {
    const refusal = (got: string, options?: ErrorOptions): MetricLearningError =>
      new MetricLearningError(
        { where, expected: `Qdrant to answer ${method} ${path}`, got },
        options,
      );
    let response: Response;
    let text: string;
    try {
      response = await send(`${base}${path}`, {
        method,
        headers,
        signal: AbortSignal.timeout(timeout),
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      text = await response.text();
    } catch (cause) {
      const { name, message, cause: reason } = cause as Error;
      const late = name === 'TimeoutError';
      const why = reason instanceof Error ? `${message} (${reason.message})` : message;
      throw refusal(late ? `nothing within ${timeout} ms` : `no connection: ${why}`, { cause });
    }
    if (response.status === unless) return undefined;
    const answer = parse(text);
    if (response.ok && answer?.result !== undefined) return answer.result;
    throw refusal(`status ${response.status}: ${answer?.status?.error ?? text.slice(0, 200)}`);
  };
}

interface Answer {
  readonly result?: unknown;
  readonly status?: { readonly error?: string };
}

function parse(text: string): Answer | undefined {
  try {
    return JSON.parse(text) as Answer;
  } catch {
    return undefined; // a proxy's page, say
  }
}

/** The url without a slash at its end. The error does not show the url, which may hold a password. */
function checkUrl(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const right = parsed?.protocol === 'http:' || parsed?.protocol === 'https:';
  if (parsed && right && !parsed.username && !parsed.password && !parsed.search && !parsed.hash) {
    return parsed.href.replace(/\/+$/, '');
  }
  throw new MetricLearningError({
    where: 'qdrantIndex',
    expected: 'url to be http:// or https://, a host, a port and maybe a path',
    got: parsed ? `one that begins with ${parsed.protocol} or has more parts` : show(url),
    fix: 'A key is the option apiKey.',
  });
}
