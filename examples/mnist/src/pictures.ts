import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  type Distance,
  diagramLayers,
  type EmbeddingMap,
  type EmbeddingRows,
  embeddingMapHtml,
  embeddingMapSvg,
  embeddingMapsSvg,
  type History,
  lossCurveSvg,
  modelDiagramSvg,
  nearestNeighbors,
  projectorFiles,
  report,
  spriteSheet,
  type TripletModel,
  umap,
} from 'tfjs-metric-learning';
import { writeWhole } from 'tfjs-metric-learning/node';
import type { ImageSet } from './data.ts';
import type { Progress } from './progress.ts';

/** Draws the loss curve into a run folder. */
export async function drawCurve(run: string, history: History): Promise<void> {
  if (history.stepLoss.length === 0) return;
  await writeWhole(join(run, 'loss.svg'), lossCurveSvg(history));
}

/** Draws the three-input network into a run folder. */
export async function drawModel(run: string, { network }: TripletModel): Promise<void> {
  const picture = modelDiagramSvg(diagramLayers(network), { title: 'Triplet network' });
  await writeWhole(join(run, 'model.svg'), picture);
}

/** All there is to see of the model on the test set, on one page. */
export async function drawReport(
  run: string,
  model: TripletModel,
  { test, history, classNames, seed, progress }: ReportContent,
): Promise<void> {
  const page = await progress.task('Drawing the report', (showProgress) =>
    report(model, test.dataset, {
      title: `${basename(run)}: what it makes of the test images`,
      history,
      ...(classNames && { names: classNames }),
      seed,
      onProgress: (_, done, total) => showProgress(done, total),
    }),
  );
  await writeWhole(join(run, 'report.html'), page);
}

/** What the report shows beside the model. */
export interface ReportContent {
  readonly test: ImageSet;
  readonly history: History;
  readonly classNames: readonly string[] | undefined;
  readonly seed: number;
  readonly progress: Progress;
}

/** What there is to draw of the test set. */
export interface TestSetContent {
  readonly test: ImageSet;
  readonly embeddings: EmbeddingRows;
  /** What the model's loss measures. */
  readonly distance: Distance;
  readonly classNames: readonly string[] | undefined;
  readonly seed: number;
  readonly progress: Progress;
}

/** The test set before training ("default": raw pixels) and after ("test": embeddings), in all forms. */
export async function drawTestSet(
  run: string,
  { test, embeddings, distance, classNames, seed, progress }: TestSetContent,
): Promise<void> {
  const { labels, count, height, width } = test;
  const pixels: EmbeddingRows = {
    data: Float32Array.from(test.pixels),
    shape: [count, height * width],
  };
  const lay = async (name: string, rows: EmbeddingRows, note: string): Promise<EmbeddingMap> => ({
    name,
    note,
    points: await progress.task(`Laying out ${note} in the plane`, async (onProgress) => {
      const { points } = await umap(rows, { seed, onProgress });
      return points;
    }),
  });
  const before = await lay('default', pixels, 'raw pixels');
  const after = await lay('test', embeddings, 'embeddings');

  await progress.task('Drawing maps', async () => {
    const title = `${count.toLocaleString('en')} test images`;
    const shared = { labels, ...(classNames && { names: classNames }) };
    const alone = ({ points, note }: EmbeddingMap, heading: string): string =>
      embeddingMapSvg({ ...shared, points, ...(note !== undefined && { note }), title: heading });
    const pictures = [
      ['map.svg', embeddingMapsSvg({ ...shared, maps: [before, after], title })],
      ['map-default.svg', alone(before, `${title}: raw pixels`)],
      ['map-test.svg', alone(after, `${title}: embeddings`)],
    ] as const;
    for (const [name, text] of pictures) await writeWhole(join(run, name), text);

    const sprite = await spriteSheet(test.pixels, { shape: [height, width] });
    const k = Math.min(8, count - 1);
    const near = await nearestNeighbors(embeddings, embeddings, k, {
      distance,
      excludeSelf: true,
    });
    const page = embeddingMapHtml({
      ...shared,
      maps: [before, after],
      thumbnails: sprite,
      neighbors: { indices: near.indices, k },
      title,
      subtitle: 'Before training, and as the trained network sees them',
    });
    await writeWhole(join(run, 'map.html'), page);

    const files = projectorFiles({
      tensors: [
        { name: 'default', data: test.pixels, dims: height * width },
        { name: 'test', data: embeddings.data, dims: embeddings.shape[1] },
      ],
      metadata: { label: classNames ? [...labels].map((id) => classNames[id] as string) : labels },
      sprite,
    });
    await mkdir(join(run, 'projector'), { recursive: true });
    for (const [name, content] of Object.entries(files)) {
      await writeWhole(join(run, 'projector', name), content);
    }
  });
}
