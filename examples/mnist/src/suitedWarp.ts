import { tensor4d } from '@tensorflow/tfjs-core';
import {
  createRandom,
  type EmbeddingRows,
  lpDistance,
  nearestNeighbors,
  type Random,
  type WarpImagesOptions,
  warpImages,
} from 'tfjs-metric-learning';
import type { ImageSet } from './data.ts';

/** At most so many training images are looked at: a seventh of them is warped, and searched among the others. */
const looked = 3500;
/** Warped images must find their class so often, beside the images as they are. */
const share = 0.85;
const still = { rotation: 0, scale: 0, shear: 0, shift: 0, elastic: 0, mirror: false };

/**
 * The part of a warp that suits the images: rotation, scale and shear as they are given, or a half, a quarter or nothing of
 * them, and mirror images only where these are images of their class too, unlike those of letters and digits.
 *
 * A warp suits if the images, warped as far as it goes, still find their class among other training images, with 85 % of the
 * precision at 1 that the images have as they are. Neighbors are searched by raw pixels.
 */
export async function suitedWarp(
  set: ImageSet,
  wanted: Required<WarpImagesOptions>,
): Promise<Required<WarpImagesOptions>> {
  const search = sampleOf(set);
  const plain = await search(still, 0.5);
  const suits = async (warp: WarpImagesOptions, ends: readonly number[]): Promise<boolean> => {
    for (const end of ends) {
      if ((await search({ ...still, ...warp }, end)) < share * plain) return false;
    }
    return true;
  };
  const suited = { ...wanted };
  for (const kind of ['rotation', 'scale', 'shear'] as const) {
    const amounts = [1, 0.5, 0.25].map((part) => part * wanted[kind]);
    suited[kind] = 0;
    for (const amount of amounts) {
      if (!(await suits({ [kind]: amount }, [0, 1]))) continue;
      suited[kind] = amount;
      break;
    }
  }
  suited.mirror = wanted.mirror && (await suits({ mirror: true }, [0.25]));
  return suited;
}

/**
 * A function that warps the images of a sample and gives the share of them whose nearest neighbor is of their class. `end` is
 * the end of all ranges that is drawn: 0 or 1.
 */
function sampleOf(set: ImageSet): (warp: WarpImagesOptions, end: number) => Promise<number> {
  const { labels, height, width } = set;
  const order = createRandom(0).shuffle(Array.from(labels.keys())).slice(0, looked);
  const queries = order.slice(0, Math.ceil(order.length / 7));
  const references = order.slice(queries.length);
  const [asked, others] = [rowsOf(set, queries), rowsOf(set, references)];
  const distance = lpDistance({ normalize: false });
  return async (warp, end) => {
    const drawn: Random = { ...createRandom(0), next: () => end };
    const images = tensor4d(asked.data, [queries.length, height, width, 1]);
    const warped = warpImages(warp)(images, drawn);
    const rows = { data: await warped.data<'float32'>(), shape: asked.shape };
    images.dispose();
    warped.dispose();
    const { indices } = await nearestNeighbors(rows, others, 1, { distance });
    const hits = queries.filter((query, i) => labels[query] === labels[references[indices[i]!]!]);
    return hits.length / queries.length;
  };
}

function rowsOf(
  { pixels, height, width }: ImageSet,
  chosen: readonly number[],
): EmbeddingRows & { readonly data: Float32Array } {
  const size = height * width;
  const data = new Float32Array(chosen.length * size);
  chosen.forEach((index, row) => {
    data.set(pixels.subarray(index * size, (index + 1) * size), row * size);
  });
  return { data, shape: [chosen.length, size] };
}
