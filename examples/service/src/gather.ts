/** The most inputs that are worked on together. */
const most = 64;
/** Milliseconds that calls wait for others, where the calls before came several at a time. */
const patience = 2;

/**
 * Gathers the calls that come in while others are worked on, in the same turn of the event loop, or, while calls come in
 * several at a time, within 2 ms: `work` gets the inputs of several calls in one list, and gives one output for each. If it fails, each call is worked on by itself, so
 * that a wrong input fails its own call only.
 */
export function gather<Input, Output>(
  work: (inputs: readonly Input[]) => Promise<Output[]>,
): (inputs: readonly Input[]) => Promise<Output[]> {
  interface Call {
    readonly inputs: readonly Input[];
    resolve(outputs: Output[]): void;
    reject(error: unknown): void;
  }
  const waiting: Call[] = [];
  let running = false;
  let several = false; // whether the calls before came several at a time

  const answer = async (calls: readonly Call[]): Promise<void> => {
    try {
      const outputs = await work(calls.flatMap(({ inputs }) => inputs));
      let at = 0;
      for (const { inputs, resolve } of calls) {
        resolve(outputs.slice(at, at + inputs.length));
        at += inputs.length;
      }
    } catch (error) {
      if (calls.length === 1) calls[0]?.reject(error);
      else for (const call of calls) await answer([call]);
    }
  };
  const run = async (): Promise<void> => {
    running = true;
    await new Promise(setImmediate);
    if (several && waiting.length < most) await new Promise((go) => setTimeout(go, patience));
    while (waiting.length > 0) {
      const calls: Call[] = [];
      for (let count = 0; waiting.length > 0 && (calls.length === 0 || count < most); ) {
        const call = waiting.shift() as Call;
        calls.push(call);
        count += call.inputs.length;
      }
      several = calls.length > 1;
      await answer(calls);
    }
    running = false;
  };
  return (inputs) =>
    new Promise((resolve, reject) => {
      waiting.push({ inputs, resolve, reject });
      if (!running) void run();
    });
}
