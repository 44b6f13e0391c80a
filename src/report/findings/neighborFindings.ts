import { confusionMatrix } from '../../evaluation/confusionMatrix.ts';
import type { ReportParts } from '../../page/reportParts.ts';
import { type Neighbors, nearestNeighbors } from '../../search/exact/nearestNeighbors.ts';
import { majorityVote } from '../../search/majorityVote.ts';
import { confusionPart } from './confusionPart.ts';
import type { Findings, ReportContext } from './findings.ts';
import { galleryRows } from './galleryRows.ts';
import { amongReference, type ImagesOf } from './referenceGallery.ts';

const listed = 8; // neighbors of an example on the map

/** Findings of the nearest neighbors: confusion, galleries, and the neighbors that the map links to an example. */
export async function neighborFindings(
  context: ReportContext,
  imagesOf: ImagesOf,
): Promise<Findings> {
  const { set, reference, distance, k, random, onProgress } = context;
  const searched = reference ?? set;
  const available = searched.ids.length - (reference ? 0 : 1);
  const found = await nearestNeighbors(
    set.rows,
    searched.rows,
    Math.min(available, Math.max(k, listed)),
    { distance, excludeSelf: reference === undefined, onProgress },
  );
  const voters = Math.min(k, available);
  const predicted = votes(found, searched.labels, voters);
  const { parts, note } = confusionPart(confusionMatrix(set.labels, predicted), context.names);
  const rows = galleryRows(found, set.labels, searched.labels, random.fork('gallery'));
  const galleries: ReportParts = {
    gallery: rows.typical,
    ...(rows.mistakes.length > 0 && { mistakes: rows.mistakes }),
  };
  return {
    parts: {
      ...parts,
      ...(reference ? await amongReference(reference, galleries, imagesOf) : galleries),
      neighbors: reference ? await amongThemselves(context) : firstOf(found),
    },
    notes: [
      `Confusion: what ${voters === 1 ? 'the nearest neighbor says' : `the ${voters} nearest neighbors vote for`}.${note}`,
    ],
  };
}

function votes({ indices, distances, shape }: Neighbors, labels: Int32Array, k: number) {
  const [queries, each] = shape;
  return Array.from({ length: queries }, (_, q) => {
    const voters = Array.from({ length: k }, (_, rank) => ({
      label: labels[indices[q * each + rank]!]!,
      distance: distances[q * each + rank]!,
    }));
    return majorityVote(voters).label;
  });
}

async function amongThemselves({ set, distance }: ReportContext) {
  const k = Math.min(listed, set.ids.length - 1);
  return firstOf(await nearestNeighbors(set.rows, set.rows, k, { distance, excludeSelf: true }));
}

function firstOf({
  indices,
  shape: [queries, each],
}: Neighbors): NonNullable<ReportParts['neighbors']> {
  const k = Math.min(listed, each);
  if (k === each) return { indices, k };
  const first = Int32Array.from({ length: queries * k }, (_, at) => {
    return indices[Math.floor(at / k) * each + (at % k)]!;
  });
  return { indices: first, k };
}
