// What Ctrl-C does while an example trains. JavaScript, so that `src` and `dist` both find it.
export async function untilInterrupted(work) {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) process.exit(130); // as shells have it for SIGINT
    console.log('\nStopping after this step; Ctrl-C again to leave at once.');
    controller.abort();
  };
  process.on('SIGINT', stop);
  try {
    return await work(controller.signal);
  } finally {
    process.off('SIGINT', stop);
  }
}
