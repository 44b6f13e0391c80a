import { describe } from 'vitest';
import {
  browserStore,
  connectTraining,
  downloadBytes,
  inkToImage,
  mountEmbeddingMap,
  openFile,
  serveTraining,
  setUp,
} from '../../../src/browser.ts';
import { channel } from '../../support/channel.ts';
import { answerMistakes } from './mistakes.ts';

const ink = { data: new Uint8ClampedArray(4 * 100).fill(255), width: 10, height: 10 };

describe('Calls of the entry for browsers', () => {
  answerMistakes([
    [
      'pixels that are a canvas',
      () => inkToImage({ width: 5, height: 5 } as never),
      'inkToImage',
      'getImageData',
    ],
    [
      'pixels of another size',
      () => inkToImage({ ...ink, width: 9 }),
      'red, green, blue and opacity',
    ],
    [
      'a box that is larger than the image',
      () => inkToImage(ink, { box: 30 }),
      'box to be at most size (28)',
    ],
    [
      'a kind of ink that there is not',
      () => inkToImage(ink, { ink: 'black' as never }),
      "'opaque', 'dark', 'bright'",
    ],
    [
      'an option of another name',
      () => inkToImage(ink, { sise: 28 } as never),
      'It is called size',
    ],
    [
      'a backend that cannot train',
      () => setUp({ backends: ['wasm' as never] }),
      'setUp',
      "take 'simd'",
    ],
    ['no threads', () => setUp({ threads: 0 }), 'threads to be a whole number >= 1'],
    [
      'a worker that is the address of one',
      () => connectTraining('worker.js' as never),
      'connectTraining',
      'a Worker',
    ],
    ['a service in place of self', () => serveTraining({} as never, {}), 'serveTraining', 'self'],
    [
      'a train that is no function',
      () => serveTraining(channel().worker, { train: {} as never }),
      'train to be a function',
    ],
    ['a store without a name', () => browserStore(''), 'browserStore', 'name to be a string'],
    [
      'a store in Node',
      () => browserStore('x').write('a', new Uint8Array(1)),
      'there is no IndexedDB here',
    ],
    [
      'a file that is text',
      () => browserStore('x').write('a', 'text' as never),
      'bytes of a Uint8Array',
    ],
    [
      'bytes that were not awaited',
      () => downloadBytes(Promise.resolve() as never, 'a'),
      'Await it',
    ],
    ['a download in Node', () => downloadBytes(new Uint8Array(1), 'a'), 'expected a page'],
    ['a file chosen in Node', () => openFile(), 'expected a page'],
    [
      'an element that is not there',
      () => mountEmbeddingMap(null as never, [[0, 0]]),
      'No element has that selector',
    ],
  ]);
});
