import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { checkPositive, show } from '../../internal/checks.ts';

export interface QdrantConnection {
  /** Where the server is, e.g. `http://localhost:6333`. */
  url: string;
  /** It is sent as the header `api-key`, and is in no message. */
  apiKey?: string;
  /** Milliseconds to wait for an answer. Default 60,000. */
  timeout?: number;
  /** What sends the requests. Default: the global `fetch`. */
  fetch?: typeof fetch;
}

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

/** @throws MetricLearningError if an option is out of range. */
export function qdrantRequest({
  url,
  apiKey,
  timeout = 60_000,
  fetch: send = fetch,
}: QdrantConnection): QdrantRequest {
  const base = checkUrl(url);
  checkPositive('qdrantIndex', 'timeout', timeout);
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

/** The url without a slash at its end. What is wrong with it is told without it: it may hold a password. */
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
