// A service worker that adds the two headers which give a page threads, for hosts that cannot send headers. The page registers
// it when the reader asks for more threads.
interface FetchEvent extends Event {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}

addEventListener('install', () => (globalThis as unknown as { skipWaiting(): void }).skipWaiting());
addEventListener('activate', () =>
  (globalThis as unknown as { clients: { claim(): void } }).clients.claim(),
);
addEventListener('fetch', (event) => {
  const { request, respondWith } = event as FetchEvent;
  if (request.cache === 'only-if-cached' && request.mode !== 'same-origin') return;
  respondWith.call(event, fetchIsolated(request));
});

async function fetchIsolated(request: Request): Promise<Response> {
  const response = await fetch(request);
  if (response.status === 0) return response;
  const headers = new Headers(response.headers);
  headers.set('Cross-Origin-Opener-Policy', 'same-origin');
  headers.set('Cross-Origin-Embedder-Policy', 'require-corp');
  return new Response(response.body, {
    status: response.status,
    statusText: response.statusText,
    headers,
  });
}
