import { trained } from './train.ts';

trained.then(
  (result) => globalThis.postMessage(result),
  ({ message }: Error) => globalThis.postMessage(message),
);
