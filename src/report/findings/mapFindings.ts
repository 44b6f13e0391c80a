import type { ExampleView } from '../examples/exampleView.ts';
import type { Findings, ReportContext } from './findings.ts';
import { type MapKind, mapOf } from './mapOf.ts';

/** The map of the embeddings, and beside it the map of the raw examples if `view` is given. */
export async function mapFindings(
  { set, distance, seed, signal, onProgress }: ReportContext,
  kind: MapKind,
  view: ExampleView | undefined,
): Promise<Findings> {
  const maps = view ? 2 : 1;
  let drawn = 0;
  const settings = {
    kind,
    distance,
    seed,
    signal,
    onProgress: (done: number, total: number) => onProgress(drawn * total + done, maps * total),
  };
  const lay = async (name: string, what: string, rows: typeof set.rows) => {
    const map = await mapOf(name, what, rows, settings);
    drawn++;
    return map;
  };
  const before = view && (await lay('Before', `raw ${view.unit}`, view.rows()));
  const after = await lay(before ? 'After' : 'Embeddings', before ? 'embeddings' : '', set.rows);
  return { parts: { maps: before ? [before, after] : [after] } };
}
