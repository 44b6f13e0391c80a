import { MetricLearningError } from '../errors/metricLearningError.ts';
import { show } from '../internal/checks.ts';
import { recordLike } from '../internal/optionKinds.ts';
import {
  made,
  type OptionTable,
  optional,
  readOptions,
  required,
} from '../internal/readOptions.ts';
import { tsv } from './internal/tsv.ts';
import type { Sprite } from './spriteSheet.ts';

/** One view of the examples: a row of numbers for each. */
export interface ProjectorTensor {
  /** What the view shows, e.g. `default` for raw pixels; the name becomes part of a file name. */
  readonly name: string;
  /** The numbers, [count, dims], row-major. */
  readonly data: Float32Array | Uint8Array | Int32Array;
  /** Numbers in a row. */
  readonly dims: number;
}

export interface ProjectorOptions {
  /** Views of the examples, at least one. */
  readonly tensors: readonly ProjectorTensor[];
  /** Columns of metadata by their names, one value an example: label, file name and so on. Default: none. */
  readonly metadata?: Readonly<Record<string, ArrayLike<string | number>>>;
  /** An image of each example, from `spriteSheet`. Default: none. */
  readonly sprite?: Sprite;
}

/** Files by their names: text or bytes. */
export type ProjectorFiles = Readonly<Record<string, string | Uint8Array>>;

const where = 'projectorFiles';

const projectorRules: OptionTable<ProjectorOptions, 'sprite'> = {
  tensors: required({
    expected: 'an array of at least one tensor, { name, data, dims }',
    accepts: (value) => Array.isArray(value) && value.length > 0,
  }),
  metadata: made(() => ({}), recordLike('{ label: labels }')),
  sprite: optional({
    expected: 'a sprite sheet, as await spriteSheet(images, { shape }) returns it',
    accepts: (value) => typeof value === 'object' && value !== null && 'png' in value,
  }),
};

/**
 * Makes the files that TensorBoard's embedding projector reads, by their names: `projector_config.pbtxt` for
 * `tensorboard --logdir`, `projector_config.json` for the standalone projector, `<name>_tensors.tsv` for each
 * tensor, `metadata.tsv` and `sprite.png`, which all tensors share. Write them into one folder.
 *
 * Numbers keep seven digits. A single column of metadata has no header, as the projector wants it; tabs and line
 * ends in values become spaces, which is all the format allows.
 *
 * @throws MetricLearningError if the tensors, metadata and sprite do not agree on the number of examples, or a
 * number is not finite.
 * @example
 * const files = projectorFiles({ tensors: [{ name: 'test', data, dims: 128 }], metadata: { label: labels } });
 * for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
 * @see https://www.tensorflow.org/tensorboard/tensorboard_projector_plugin
 */
export function projectorFiles(options: ProjectorOptions): ProjectorFiles {
  const { tensors, metadata, sprite } = readOptions(where, projectorRules, options);
  const count = checkTensors(tensors);
  const columns = Object.entries(metadata);
  for (const [name, values] of columns)
    checkCount(`values of metadata "${name}"`, values?.length, count);
  if (sprite) checkCount('images in the sprite', sprite.count, count);

  const files: Record<string, string | Uint8Array> = {};
  for (const tensor of tensors) files[tensorFile(tensor)] = tensorTsv(tensor);
  if (columns.length > 0) files[metadataFile] = metadataTsv(columns, count);
  if (sprite) files[spriteFile] = sprite.png;
  const has = { metadata: columns.length > 0, sprite };
  files['projector_config.pbtxt'] = tensors.map((tensor) => protoText(tensor, has)).join('');
  files['projector_config.json'] = standaloneJson(tensors, count, has);
  return files;
}

const metadataFile = 'metadata.tsv';
const spriteFile = 'sprite.png';

interface Shared {
  readonly metadata: boolean;
  readonly sprite: Sprite | undefined;
}

function tensorFile({ name }: ProjectorTensor): string {
  return `${name}_tensors.tsv`;
}

function tensorTsv({ data, dims }: ProjectorTensor): string {
  const lines: string[] = [];
  for (let from = 0; from < data.length; from += dims) {
    lines.push(Array.from(data.subarray(from, from + dims), digits).join('\t'));
  }
  return `${lines.join('\n')}\n`;
}

function digits(x: number): string {
  return Number.isInteger(x) ? String(x) : String(Number(x.toPrecision(7)));
}

function metadataTsv(
  columns: readonly (readonly [string, ArrayLike<string | number>])[],
  count: number,
): string {
  const header = columns.length > 1 ? [columns.map(([name]) => name)] : [];
  const rows = Array.from({ length: count }, (_, i) =>
    columns.map(([, values]) => values[i] ?? ''),
  );
  return tsv([...header, ...rows]);
}

function protoText(tensor: ProjectorTensor, { metadata, sprite }: Shared): string {
  const lines = [
    `  tensor_name: ${quoted(tensor.name)}`,
    `  tensor_path: ${quoted(tensorFile(tensor))}`,
  ];
  if (metadata) lines.push(`  metadata_path: ${quoted(metadataFile)}`);
  if (sprite) {
    lines.push(
      '  sprite {',
      `    image_path: ${quoted(spriteFile)}`,
      `    single_image_dim: ${sprite.tileWidth}`,
      `    single_image_dim: ${sprite.tileHeight}`,
      '  }',
    );
  }
  return `embeddings {\n${lines.join('\n')}\n}\n`;
}

function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`;
}

function standaloneJson(
  tensors: readonly ProjectorTensor[],
  count: number,
  { metadata, sprite }: Shared,
): string {
  const embeddings = tensors.map((tensor) => ({
    tensorName: tensor.name,
    tensorShape: [count, tensor.dims],
    tensorPath: tensorFile(tensor),
    ...(metadata && { metadataPath: metadataFile }),
    ...(sprite && {
      sprite: { imagePath: spriteFile, singleImageDim: [sprite.tileWidth, sprite.tileHeight] },
    }),
  }));
  return `${JSON.stringify({ embeddings }, null, 2)}\n`;
}

function checkTensors(tensors: readonly ProjectorTensor[]): number {
  tensors.forEach((tensor: ProjectorTensor, i) => {
    const numbers = ArrayBuffer.isView(tensor?.data) && !(tensor.data instanceof DataView);
    if (numbers && typeof tensor.name === 'string') return;
    throw new MetricLearningError({
      where,
      expected: `tensor ${i} to be a record, { name, data, dims }, with data in a typed array`,
      got: show(tensor),
      fix: 'Read the numbers of a tensor with await tensor.data().',
    });
  });
  const [first] = tensors as readonly [ProjectorTensor];
  const count = first.data.length / first.dims;
  const names = new Set<string>();
  for (const { name, data, dims } of tensors) {
    if (!/^[\w .-]+$/.test(name) || name.startsWith('.') || names.has(name)) {
      throw new MetricLearningError({
        where,
        expected: 'tensors to have different names of letters, digits, spaces, dots, - and _',
        got: show(name),
      });
    }
    names.add(name);
    if (!Number.isSafeInteger(dims) || dims < 1 || data.length % dims !== 0 || data.length === 0) {
      throw new MetricLearningError({
        where,
        expected: `tensor "${name}" to be of shape [count, dims]`,
        got: `${data.length} values, dims: ${show(dims)}`,
      });
    }
    checkCount(`rows in tensor "${name}"`, data.length / dims, count);
    const wrong = data.findIndex((value) => !Number.isFinite(value));
    if (wrong >= 0) {
      throw new MetricLearningError({
        where,
        expected: `tensor "${name}" to be finite`,
        got: `${data[wrong]} in row ${Math.floor(wrong / dims)}`,
      });
    }
  }
  return count;
}

function checkCount(what: string, got: number | undefined, expected: number): void {
  if (got === expected) return;
  throw new MetricLearningError({ where, expected: `${expected} ${what}`, got: `${got}` });
}
