import { defineConfig, type ViteUserConfig } from 'vitest/config';

const source = (file: string): string => new URL(`./src/${file}`, import.meta.url).pathname;

/** What needs the built package, a browser, the network of npm, or more than some seconds. */
const slow: string[] = [
  'test/{browser,examples,package,peer}/**/*.test.ts',
  'test/**/*.slow.test.ts',
];

const config: ViteUserConfig = defineConfig({
  resolve: {
    // Pages of the documentation import the library by its name.
    alias: [
      { find: /^tfjs-metric-learning$/, replacement: source('index.ts') },
      { find: /^tfjs-metric-learning\/(node|backend)$/, replacement: source('$1.ts') },
    ],
  },
  test: {
    setupFiles: ['test/support/backend.ts'],
    reporters: ['default', './test/support/countReporter.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
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
