export * from './browser/index.ts';
