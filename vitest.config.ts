import { defineConfig, type ViteUserConfig } from 'vitest/config';

const source = (file: string): string => new URL(`./src/${file}`, import.meta.url).pathname;

const config: ViteUserConfig = defineConfig({
  resolve: {
    // Pages of the documentation import the library by its name.
    alias: [
      { find: /^tfjs-metric-learning$/, replacement: source('index.ts') },
      { find: /^tfjs-metric-learning\/(node|backend)$/, replacement: source('$1.ts') },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/backend.ts'],
    reporters: ['default', './test/support/countReporter.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});

export default config;
