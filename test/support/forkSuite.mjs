import { fork } from 'node:child_process';

/**
 * Runs a bundled suite in a process of its own and counts what it sends: `{ name, state, reason }` for each case, state
 * being passed, failed or skipped, and `{ end: true }` last. Prints what failed, and the counts; a crash, a hang, or what
 * `complaint` says of the number of cases that ran counts as a failure.
 */
export function forkSuite(title, bundle, args, options) {
  const { timeLimit, stdio = 'inherit', complaint = () => undefined } = options;
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const fail = (reason) => {
    counts.failed++;
    console.log(`${title}: FAILED ${reason}`);
  };
  return new Promise((done) => {
    const child = fork(bundle, args, { stdio: ['ignore', stdio, 'inherit', 'ipc'] });
    let ended = false;
    const timer = setTimeout(() => {
      fail(`it did not end within ${timeLimit / 1000} s`);
      ended = true;
      child.kill('SIGKILL');
    }, timeLimit);
    child.on('message', ({ name, state, reason, end }) => {
      if (end) ended = true;
      else if (state === 'failed') fail(`${name}: ${reason}`);
      else counts[state]++;
    });
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      const wrong = complaint(counts.passed + counts.failed);
      if (!ended) fail(`it ended early, with ${signal ?? `exit code ${code}`}`);
      else if (wrong !== undefined) fail(wrong);
      console.log(`${title}: ${line(counts)}`);
      done(counts);
    });
  });
}

/** Prints the sum of all runs as the closing line; the exit code tells whether all is well. */
export function closeRuns(runs) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const counts of runs) for (const state of Object.keys(total)) total[state] += counts[state];
  console.log(line(total));
  process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
}

function line({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
