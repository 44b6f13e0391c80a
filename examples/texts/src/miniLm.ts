import {
  add,
  concat,
  dispose,
  erf,
  fused,
  gather,
  matMul,
  mean,
  mul,
  reshape,
  rsqrt,
  slice,
  softmax,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor2D,
  tensor,
  tidy,
  transpose,
} from '@tensorflow/tfjs-core';
import { decodeSafetensors, type EmbeddingRows, type Extractor } from 'tfjs-metric-learning';
import { createWordPiece } from './wordPiece.ts';

/** The files of the model: its settings, its tokenizer, its weights. */
export interface MiniLmFiles {
  readonly config: string;
  readonly tokenizer: string;
  readonly weights: Uint8Array;
}

/** An extractor of texts, whose weights the caller frees. */
export interface TextExtractor extends Extractor<string[]> {
  embed(texts: string[]): Promise<EmbeddingRows>;
  dispose(): void;
}

interface Config {
  readonly hidden_size: number;
  readonly num_attention_heads: number;
  readonly num_hidden_layers: number;
  readonly layer_norm_eps: number;
}

/** The model saw texts of up to so many word pieces. */
const longestText = 128;
/** Word pieces that go through the network at a time. */
const piecesAtOnce = 4096;

/**
 * The sentence model all-MiniLM-L6-v2: a text to 384 numbers of unit length, written with the operations of tfjs.
 *
 * It is a BERT encoder of six layers, whose outputs are averaged over the word pieces of a text. Texts of the same
 * number of pieces go through together, so that nothing is padded and nothing masked.
 */
export function createMiniLm(files: MiniLmFiles, id: string): TextExtractor {
  const config = JSON.parse(files.config) as Config;
  const tokenize = createWordPiece(files.tokenizer, longestText);
  const weights = new Map<string, Tensor>();
  const { tensors } = decodeSafetensors(files.weights, 'the weights of the sentence model');
  for (const [name, { shape, data }] of Object.entries(tensors)) {
    if (!(data instanceof Float32Array)) continue; // positions, as whole numbers
    const isMatrix = /(query|key|value|dense)\.weight$/.test(name);
    weights.set(
      name,
      tidy(() => {
        const stored = tensor(data, [...shape]);
        return isMatrix ? transpose(stored) : stored;
      }),
    );
  }
  const encode = createEncoder(weights, config);
  return {
    id,
    dims: config.hidden_size,
    async embed(texts) {
      const tokens = texts.map(tokenize);
      const width = config.hidden_size;
      const data = new Float32Array(texts.length * width);
      for (const group of groupsOfOneLength(tokens)) {
        const embedded = encode(group.map((i) => tokens[i] as number[]));
        const values = (await embedded.data()) as Float32Array;
        embedded.dispose();
        group.forEach((i, row) => {
          data.set(values.subarray(row * width, (row + 1) * width), i * width);
        });
      }
      return { data, shape: [texts.length, width] };
    },
    dispose: () => dispose([...weights.values()]),
  };
}

/** Indices of texts with equally many pieces, as many as go through at a time. */
function groupsOfOneLength(tokens: readonly (readonly number[])[]): number[][] {
  const byLength = new Map<number, number[]>();
  tokens.forEach(({ length }, i) => {
    const same = byLength.get(length);
    if (same) same.push(i);
    else byLength.set(length, [i]);
  });
  return [...byLength].flatMap(([length, indices]) => {
    const size = Math.max(1, Math.floor(piecesAtOnce / length));
    return Array.from({ length: Math.ceil(indices.length / size) }, (_, group) =>
      indices.slice(group * size, (group + 1) * size),
    );
  });
}

type Encoder = (tokens: readonly (readonly number[])[]) => Tensor2D;

function createEncoder(weights: ReadonlyMap<string, Tensor>, config: Config): Encoder {
  const { hidden_size: width, num_attention_heads: heads, layer_norm_eps: epsilon } = config;
  const each = width / heads;
  const weight = <T extends Tensor>(name: string): T => weights.get(name) as T;

  const dense = (x: Tensor2D, name: string): Tensor2D =>
    fused.matMul({
      a: x,
      b: weight<Tensor2D>(`${name}.weight`),
      bias: weight(`${name}.bias`),
    }) as Tensor2D;

  const layerNorm = (x: Tensor2D, name: string): Tensor2D => {
    const centered = sub(x, mean(x, 1, true));
    const scale = rsqrt(add(mean(square(centered), 1, true), epsilon));
    return add(
      mul(mul(centered, scale), weight(`${name}.weight`)),
      weight(`${name}.bias`),
    ) as Tensor2D;
  };

  /** x / 2 * (1 + erf(x / sqrt 2)) */
  const gelu = (x: Tensor2D): Tensor2D => mul(mul(x, 0.5), add(erf(mul(x, Math.SQRT1_2)), 1));

  /** Each text attends to its own pieces: [texts * length, width] to the same. */
  const attention = (x: Tensor2D, texts: number, length: number, name: string): Tensor2D => {
    const split = (part: string): Tensor =>
      transpose(
        reshape(dense(x, `${name}.self.${part}`), [texts, length, heads, each]),
        [0, 2, 1, 3],
      );
    const scores = mul(matMul(split('query'), split('key'), false, true), 1 / Math.sqrt(each));
    const mixed = matMul(softmax(scores), split('value'));
    return reshape(transpose(mixed, [0, 2, 1, 3]), [texts * length, width]);
  };

  const layer = (x: Tensor2D, texts: number, length: number, name: string): Tensor2D =>
    tidy(() => {
      const seen = dense(
        attention(x, texts, length, `${name}.attention`),
        `${name}.attention.output.dense`,
      );
      const attended = layerNorm(add(seen, x), `${name}.attention.output.LayerNorm`);
      const wide = gelu(dense(attended, `${name}.intermediate.dense`));
      return layerNorm(
        add(dense(wide, `${name}.output.dense`), attended),
        `${name}.output.LayerNorm`,
      );
    });

  return (tokens) =>
    tidy(() => {
      const [texts, length] = [tokens.length, tokens[0]?.length ?? 0];
      const words = gather(
        weight('embeddings.word_embeddings.weight'),
        tensor(tokens.flat(), undefined, 'int32'),
      );
      const places = slice(weight('embeddings.position_embeddings.weight'), [0, 0], [length, -1]);
      const first = slice(weight('embeddings.token_type_embeddings.weight'), [0, 0], [1, -1]);
      const repeated = concat(Array.from({ length: texts }, () => add(places, first)));
      let x = layerNorm(add(words, repeated) as Tensor2D, 'embeddings.LayerNorm');
      for (let i = 0; i < config.num_hidden_layers; i++) {
        x = layer(x, texts, length, `encoder.layer.${i}`);
      }
      const pooled = mean(reshape(x, [texts, length, width]), 1);
      return mul(pooled, rsqrt(sum(square(pooled), 1, true))) as Tensor2D;
    });
}
