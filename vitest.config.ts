import { availableParallelism } from 'node:os';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

const source = (file: string): string => new URL(`./src/${file}`, import.meta.url).pathname;

/** What needs the built package, a browser or a database, or goes over very many cases: not for the inner loop. */
const slow: string[] = [
  'test/{browser,examples,package,peer,report}/**/*.test.ts',
  'test/backend/{anyConfiguration,kernels,threads}/**/*.test.ts',
  'test/search/{approximate,databases}/**/*.test.ts',
  'test/**/*.slow.test.ts',
];

const config: ViteUserConfig = defineConfig({
  resolve: {
    // Pages of the documentation import the library by its name.
    alias: [
      { find: /^tfjs-metric-learning$/, replacement: source('index.ts') },
      { find: /^tfjs-metric-learning\/(node|backend|browser)$/, replacement: source('$1.ts') },
    ],
  },
  test: {
    setupFiles: ['test/support/backend.ts'],
    reporters: ['default', './test/support/countReporter.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: Math.max(2, availableParallelism() - 1), // with two processors, one would wait for the other
    projects: [
      {
        extends: true,
        test: { name: 'fast', include: ['test/**/*.test.ts'], exclude: slow },
      },
      {
        extends: true,
        test: { name: 'slow', include: slow },
      },
    ],
  },
});

export default config;
