import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/**
 * An engine: a process of its own that does the benchmark's jobs, and waits, idle, while others do theirs.
 *
 * It is asked one JSON line at a time and answers with one. Tasks:
 * - `{ task: 'train', count }`: takes `count` training steps -> `{ ms: one a step, loss }`
 * - `{ task: 'embed', count }`: embeds `count` images -> `{ ms: [all of them] }`
 * - `{ task: 'score' }`, in PyTorch: `{ accuracy, worst, precisionAt1 }` on the test set
 * - `{ task: 'epoch' }`: a whole epoch and the loss on the test set -> `{ ms: [all], loss, valLoss }`
 *
 * @param {{ name: string, command: string[], setup: object }} engine
 */
export async function startEngine({ name, command: [program, ...args], setup }) {
  const child = spawn(program, [...args, JSON.stringify(setup)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`bench: the engine "${name}" ended early`);
    return JSON.parse(value);
  };
  const { ready } = await answer();

  return {
    name,
    setup,
    /** What it runs on, in its own words. */
    description: ready,
    ask(question) {
      child.stdin.write(`${JSON.stringify(question)}\n`);
      return answer();
    },
    stop() {
      child.stdin.end();
    },
  };
}
