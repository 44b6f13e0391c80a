import type { Reporter, TestModule } from 'vitest/node';

/** Ends the run with the plain line `N passed, N failed, N skipped`. */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const states = modules.flatMap((module) => {
      const tests = [...module.children.allTests()].map((test) => test.result().state);
      // A file that cannot be loaded has no test to count: it must not pass for that.
      return module.state() === 'failed' && !tests.includes('failed')
        ? [...tests, 'failed']
        : tests;
    });
    const count = (state: string): number => states.filter((s) => s === state).length;
    console.log(
      `${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`,
    );
  }
}
