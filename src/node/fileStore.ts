import { io } from '@tensorflow/tfjs-core';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { nodeModule } from '../internal/nodeModules.ts';
import { sha256, toHex } from '../internal/sha256.ts';
import { checkPath } from './checkPath.ts';
import { writeWhole } from './writeWhole.ts';

const modelFile = 'model.json';

interface StoredModel extends io.ModelJSON {
  weightsManifest: (io.WeightsManifestConfig[number] & { sha256?: string })[];
}

/**
 * A folder as the place where tfjs saves a model and loads it from, in Node and without tfjs-node.
 *
 * The folder holds `model.json` and a file of weights, laid out as tfjs-node and the tfjs converter do, so that each
 * can read it. A model is replaced whole or not at all: the new weights get a name of their own, and `model.json`,
 * renamed into place last, points to them.
 *
 * @throws MetricLearningError if the path is not a string; at use, if the folder cannot be written, holds no model, or the
 * model is damaged.
 * @example
 * await base.save(fileStore('./model'));
 * const loaded = await loadLayersModel(fileStore('./model'));
 */
export function fileStore(folder: string): io.IOHandler {
  checkPath('fileStore', 'the folder', folder);
  return { save: (artifacts) => save(folder, artifacts), load: () => load(folder) };
}

async function save(folder: string, artifacts: io.ModelArtifacts): Promise<io.SaveResult> {
  const where = 'fileStore';
  const { mkdir, readdir, rm } = nodeModule(where, 'node:fs/promises');
  const { join } = nodeModule(where, 'node:path');
  const { weightData = [] } = artifacts;
  const buffers = Array.isArray(weightData) ? weightData : [weightData];
  const weights = buffers.map((buffer) => new Uint8Array(buffer));
  const checksum = toHex(await sha256(weights));
  const weightsFile = `weights.${checksum.slice(0, 16)}.bin`;

  const { weightData: _, weightSpecs, ...rest } = artifacts;
  const stored = {
    ...rest,
    weightsManifest: [{ paths: [weightsFile], weights: weightSpecs ?? [], sha256: checksum }],
  };
  try {
    await mkdir(folder, { recursive: true });
    await writeWhole(join(folder, weightsFile), weights);
    await writeWhole(join(folder, modelFile), JSON.stringify(stored));
    for (const name of await readdir(folder)) {
      if (/^weights\.[0-9a-f]{16}\.bin$/.test(name) && name !== weightsFile)
        await rm(join(folder, name));
    }
  } catch (error) {
    throw new MetricLearningError(
      { where, expected: `to write a model into ${folder}`, got: reason(error) },
      { cause: error },
    );
  }
  return { modelArtifactsInfo: io.getModelArtifactsInfoForJSON(artifacts) };
}

async function load(folder: string): Promise<io.ModelArtifacts> {
  const { readFile } = nodeModule('fileStore', 'node:fs/promises');
  const { join } = nodeModule('fileStore', 'node:path');
  const read = (name: string): Promise<Buffer> =>
    readFile(join(folder, name)).catch((error: unknown) => {
      throw noModel(folder, `${reason(error)} (${name})`, error);
    });

  const text = (await read(modelFile)).toString('utf8');
  const stored = parse(folder, text);
  const parts: Uint8Array[] = [];
  for (const { paths, sha256: expected } of stored.weightsManifest) {
    const group = await Promise.all(paths.map(read));
    if (expected !== undefined && toHex(await sha256(group)) !== expected) {
      throw noModel(folder, `weights with another checksum (${paths.join(', ')})`);
    }
    parts.push(...group);
  }
  const weightSpecs = stored.weightsManifest.flatMap((group) => group.weights);
  return { ...stored, weightSpecs, weightData: parts.map(bufferOf) };
}

/** The buffer of exactly these bytes, without a copy where they fill theirs: weights may be large. */
function bufferOf(bytes: Uint8Array): ArrayBuffer {
  const { buffer, byteOffset, byteLength } = bytes;
  const whole =
    buffer instanceof ArrayBuffer && byteOffset === 0 && byteLength === buffer.byteLength;
  return whole ? buffer : (Uint8Array.from(bytes).buffer as ArrayBuffer);
}

function parse(folder: string, text: string): StoredModel {
  let stored: StoredModel;
  try {
    stored = JSON.parse(text) as StoredModel;
  } catch (error) {
    throw noModel(folder, `a ${modelFile} that is no JSON`, error);
  }
  if (typeof stored?.modelTopology !== 'object' || !Array.isArray(stored.weightsManifest)) {
    throw noModel(folder, `a ${modelFile} without modelTopology or weightsManifest`);
  }
  return stored;
}

function noModel(folder: string, got: string, cause?: unknown): MetricLearningError {
  return new MetricLearningError(
    {
      where: 'fileStore',
      expected: `${folder} to hold a whole model (${modelFile} and its weights)`,
      got,
      fix: 'Save the model again, or check the path.',
    },
    cause === undefined ? undefined : { cause },
  );
}

/** What the system says went wrong, without its stack. */
function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
