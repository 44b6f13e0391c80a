import type { Dataset } from '../data/dataset.ts';
import { isLazy, type LazyDataset } from '../data/lazyDataset.ts';
import type { PartRecord } from '../data/splits/split.ts';
import { lpDistance } from '../distances/lpDistance.ts';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { show } from '../internal/checks.ts';
import { readOptions } from '../internal/readOptions.ts';
import { yieldToEvents } from '../internal/yieldToEvents.ts';
import { reportHtml } from '../page/reportHtml.ts';
import type { ReportParts } from '../page/reportParts.ts';
import { createRandom } from '../random/createRandom.ts';
import { type ChosenSet, chooseSet, type EmbeddedSet, embedSet } from './examples/embedSet.ts';
import { type ExampleView, openView, viewImages } from './examples/exampleView.ts';
import { counted, type Findings, type ReportContext } from './findings/findings.ts';
import { mapFindings } from './findings/mapFindings.ts';
import { neighborFindings } from './findings/neighborFindings.ts';
import { pairFindings } from './findings/pairFindings.ts';
import { retrievalFindings } from './findings/retrievalFindings.ts';
import { tripletFindings } from './findings/tripletFindings.ts';
import { historyParts } from './historyParts.ts';
import { type InputDataset, openModel, type ReportModel } from './reportModel.ts';
import { type ReportOptions, reportOptions } from './reportOptions.ts';

const where = 'report';

/**
 * Everything about a model on a data set, as one self-contained HTML page: scores, curves, the map before and after with
 * images, distances with the calibrated threshold, ROC, confusion, queries with their neighbors, mistakes, worst
 * triplets.
 *
 * Every number is of the given examples, or of `limit` of them: pass examples that the model was not trained on. The
 * same input and seed give the same page. 10,000 MNIST images take about 10 seconds on the `simd` backend with a PCA
 * map. A model whose `embed` accepts an array of inputs, such as texts, gets `examples` as an array.
 *
 * @throws MetricLearningError on bad models, examples, labels or options, and if no two examples share a class or all
 * do; the signal's reason when it is aborted before all examples are embedded.
 * @example
 * const html = await report(model, { examples: testImages, labels: testLabels }, { names });
 */
export async function report(
  model: ReportModel,
  data: Dataset | InputDataset | LazyDataset,
  options: ReportOptions = {},
): Promise<string> {
  const values = readOptions(where, reportOptions, options);
  checkDataset(where, data as Dataset);
  const { images, signal, onProgress, map, batchSize, seed } = values;
  const opened = openModel(where, model, data);
  const distance = values.distance ?? opened.distance ?? lpDistance();
  const random = createRandom(seed);
  const during = (part: string): During => ({
    batchSize,
    signal,
    onProgress: (done, total) => onProgress?.(part, done, total),
  });

  const { limit } = values;
  const known = opened.names;
  const chosen = await chooseSet(where, opened, data, limit, random.fork('examples'), known);
  checkClasses(chosen, options);
  const view = chosen.source && (await openView(where, chosen.source, chosen.ids.length, images));
  const set = await embedSet(where, opened, chosen, {
    ...during('examples'),
    ...(view && { onBatch: view.addBatch }),
  });
  let reference: EmbeddedSet | undefined;
  if (values.reference) {
    const part = `${where} (reference)`;
    checkDataset(part, values.reference as Dataset);
    const others = await chooseSet(part, opened, values.reference, Infinity, random, chosen.names);
    reference = await embedSet(part, opened, others, during('reference'));
  }

  const names = values.names ?? reference?.names ?? chosen.names;
  const context = { ...values, distance, set, reference, names, random };
  const parts: Parts = {
    retrieval: retrievalFindings,
    triplets: tripletFindings,
    pairs: pairFindings,
    neighbors: (findings) =>
      neighborFindings(findings, async ({ source, ids }, positions) => {
        const indices = positions.map((i) => ids[i]!);
        return source && viewImages(where, source, indices, images);
      }),
    map: (findings) => mapFindings(findings, map, values.before ? view : undefined),
  };
  const { found, missing } = await findAll(parts, (part) => ({ ...context, ...during(part) }));
  const captions = options.captions ?? ('captions' in data ? data.captions : undefined);
  const texts = { ...(names && { names }), ...(captions && { captions }) };
  found.unshift(await shown(view, chosen, { ...options, ...texts }));
  if ('split' in data && data.split) found.push({ notes: [splitNote(data.split)] });
  return reportHtml(assembled(found, missing, context, values.title));
}

type During = Pick<ReportContext, 'signal' | 'onProgress'> & { readonly batchSize: number };
type Parts = Readonly<Record<string, (context: ReportContext) => Promise<Findings>>>;

/** Runs one part after the other, until the signal is aborted. */
async function findAll(
  parts: Parts,
  contextOf: (part: string) => ReportContext,
): Promise<{ found: Findings[]; missing: string[] }> {
  const [found, missing]: [Findings[], string[]] = [[], []];
  for (const [name, find] of Object.entries(parts)) {
    await yieldToEvents();
    const context = contextOf(name);
    if (context.signal?.aborted) {
      missing.push(name);
      continue;
    }
    context.onProgress(0, 1);
    found.push(await find(context));
  }
  return { found, missing };
}

/** How the examples were chosen. */
function splitNote({ by, seed, part, counts, fold, checksum }: PartRecord): string {
  const sizes = Object.entries(counts).map(([name, count]) => `${name} ${counted(count)}`);
  const folds = fold ? `, fold ${fold.index + 1} of ${fold.of}` : '';
  return `The examples are the ${part} part of a split by ${by}, seed ${seed}${folds}: ${sizes.join(', ')} (checksum ${checksum}).`;
}

/** The parts that need no computing: curves, names, images, and how the examples were chosen. */
async function shown(
  view: ExampleView | undefined,
  { labels, ids, total }: ChosenSet,
  { history, names, captions }: ReportOptions,
): Promise<Findings> {
  const thumbnails = await view?.sprite();
  const some = ids.length < total;
  return {
    parts: {
      labels,
      ...(names && { names }),
      ...(thumbnails && { thumbnails }),
      ...(history && historyParts(history)),
      ...(captions && { captions: Array.from(ids, (i) => captions[i]!) }),
      ...(some && { ids }),
    },
    notes: some
      ? [
          `The page is of ${counted(ids.length)} of the ${counted(total)} examples, drawn at random; # is the index of an example among all.`,
        ]
      : [],
  };
}

function assembled(
  found: readonly Findings[],
  missing: readonly string[],
  { set, reference }: Pick<ReportContext, 'set' | 'reference'>,
  title: string,
): ReportParts {
  const scores = Object.assign({}, ...found.map((findings) => findings.scores ?? {}));
  const parts: ReportParts = Object.assign({}, ...found.map((findings) => findings.parts ?? {}));
  const notes = found.flatMap((findings) => findings.notes ?? []);
  if (missing.length > 0) notes.unshift(`Stopped early; missing: ${missing.join(', ')}.`);
  const classes = new Set(set.labels).size;
  const subtitle = [
    `${counted(set.ids.length)} examples of ${counted(classes)} classes`,
    reference ? `searched among ${counted(reference.ids.length)}` : '',
    `embeddings of ${counted(set.rows.shape[1])} numbers`,
  ];
  return {
    ...parts,
    title,
    subtitle: subtitle.filter((text) => text).join(' \u00b7 '),
    scores,
    notes,
  };
}

function checkClasses({ labels, total }: ChosenSet, options: ReportOptions): void {
  const classes = new Set(labels).size;
  const shared = options.reference ? classes : labels.length - 1; // the check of the reference says more
  if (classes < 2 || classes > shared) {
    throw new MetricLearningError({
      where,
      expected: 'labels of at least two classes, one of which has two examples',
      got: `${classes} classes among ${labels.length} examples`,
    });
  }
  const { captions } = options;
  if (captions !== undefined && captions.length !== total) {
    throw new MetricLearningError({
      where,
      expected: `captions to hold one text for each example (${total})`,
      got: Array.isArray(captions) ? `${captions.length} captions` : show(captions),
    });
  }
}

function checkDataset(name: string, data: Dataset): void {
  const known = typeof data === 'object' && data !== null && 'labels' in data;
  if (known && ('examples' in data || isLazy(data))) return;
  throw new MetricLearningError({
    where: name,
    expected: 'a data set, { examples, labels }',
    got: show(data),
  });
}
