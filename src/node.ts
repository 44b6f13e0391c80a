export * from './node/index.ts';
export * from './search/approximate/index.ts';
