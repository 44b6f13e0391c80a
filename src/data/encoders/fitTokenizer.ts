import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { show } from '../../internal/checks.ts';
import { flag, oneOf, wholeNumber } from '../../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions } from '../../internal/readOptions.ts';

export interface FitTokenizerOptions {
  /** What a token is: a word (letters and digits of any script), or a character. Default 'word'. */
  by?: 'word' | 'character';
  /** The number of tokens of an encoded text: longer texts are cut, shorter ones end with zeros. Default 32. */
  length?: number;
  /** The most tokens of the vocabulary, the most frequent ones. Default 10000. */
  size?: number;
  /** Whether capital letters count as small ones. Default true. */
  lowerCase?: boolean;
}

export const fitTokenizerOptions: OptionTable<FitTokenizerOptions> = {
  by: preset<'word' | 'character'>('word', oneOf('word', 'character')),
  length: preset(32, wholeNumber(1)),
  size: preset(10_000, wholeNumber(1)),
  lowerCase: preset(true, flag),
};

/** What a tokenizer fitted, as JSON. */
export interface TokenizerState {
  readonly by: 'word' | 'character';
  readonly length: number;
  readonly lowerCase: boolean;
  /** The tokens in the order of their ids, from id 2 on. */
  readonly tokens: readonly string[];
}

/** Texts as ids of tokens. */
export interface EncodedTexts {
  /** The ids, text by text: 0 for padding, 1 for a token that the vocabulary does not have. */
  readonly examples: Int32Array;
  readonly shape: readonly [count: number, length: number];
  /** The number of tokens that were cut off, of those that the vocabulary does not have, and of texts without a token. */
  readonly dropped: { readonly cut: number; readonly unknown: number; readonly empty: number };
}

/** Turns texts into ids of tokens, for a network with an int32 input that begins with an embedding layer. */
export interface Tokenizer {
  readonly kind: 'tokenizer';
  /** The number of different ids, padding and unknown tokens included: `inputDim` of the embedding layer. */
  readonly vocabulary: number;
  /** What was fitted, as JSON, for `restoreTokenizer`. A model keeps it: `new TripletModel(base, { encoder })`. */
  readonly state: TokenizerState;
  encode(texts: readonly string[]): EncodedTexts;
}

/**
 * Fits a tokenizer: a vocabulary of the words or the characters of some texts. Fit it on the training part alone.
 *
 * The most frequent token has id 2; of equally frequent ones the first by character codes comes first. Texts are
 * normalized to Unicode NFC.
 *
 * @throws MetricLearningError if a text is no string, no text has a token, or an option is wrong.
 * @example
 * const tokenizer = fitTokenizer(texts, { length: 16 });
 * const { examples } = tokenizer.encode(texts); // Int32Array of [count, 16]
 */
export function fitTokenizer(
  texts: readonly string[],
  options: FitTokenizerOptions = {},
): Tokenizer {
  const where = 'fitTokenizer';
  const { size, ...rest } = readOptions(where, fitTokenizerOptions, options);
  checkTexts(where, texts);
  const counts = new Map<string, number>();
  for (const text of texts) {
    for (const token of tokensOf(text, rest)) counts.set(token, (counts.get(token) ?? 0) + 1);
  }
  if (counts.size === 0) {
    throw new MetricLearningError({
      where,
      expected: 'texts with at least one token',
      got: `${texts.length} texts without any`,
    });
  }
  const sorted = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return tokenizerOf({ ...rest, tokens: sorted.slice(0, size).map(([token]) => token) });
}

/**
 * The tokenizer whose `state` was kept.
 *
 * @throws MetricLearningError if the state is not what a tokenizer's `state` is.
 * @example
 * const tokenizer = restoreTokenizer(JSON.parse(text)); // encodes as the fitted one
 */
export function restoreTokenizer(state: TokenizerState): Tokenizer {
  const { by, length, lowerCase, tokens } = state ?? {};
  const known =
    (by === 'word' || by === 'character') &&
    Number.isSafeInteger(length) &&
    length >= 1 &&
    typeof lowerCase === 'boolean' &&
    Array.isArray(tokens) &&
    tokens.every((token) => typeof token === 'string');
  if (known) return tokenizerOf(state);
  throw new MetricLearningError({
    where: 'restoreTokenizer',
    expected: 'the state of a tokenizer that fitTokenizer made',
    got: show(state),
  });
}

function tokenizerOf(state: TokenizerState): Tokenizer {
  const { length, tokens } = state;
  const ids = new Map(tokens.map((token, i) => [token, i + 2]));
  return {
    kind: 'tokenizer',
    vocabulary: tokens.length + 2,
    state,
    encode(texts) {
      checkTexts('encode', texts);
      const examples = new Int32Array(texts.length * length);
      const dropped = { cut: 0, unknown: 0, empty: 0 };
      texts.forEach((text, row) => {
        const found = tokensOf(text, state);
        if (found.length === 0) dropped.empty++;
        dropped.cut += Math.max(0, found.length - length);
        found.slice(0, length).forEach((token, i) => {
          const id = ids.get(token) ?? 1;
          if (id === 1) dropped.unknown++;
          examples[row * length + i] = id;
        });
      });
      return { examples, shape: [texts.length, length], dropped };
    },
  };
}

function tokensOf(
  text: string,
  { by, lowerCase }: Pick<TokenizerState, 'by' | 'lowerCase'>,
): readonly string[] {
  const normal = lowerCase ? text.normalize('NFC').toLowerCase() : text.normalize('NFC');
  return by === 'character' ? [...normal] : (normal.match(/[\p{L}\p{M}\p{N}]+/gu) ?? []);
}

function checkTexts(where: string, texts: readonly string[]): void {
  const odd = Array.isArray(texts) ? texts.findIndex((text) => typeof text !== 'string') : 0;
  if (Array.isArray(texts) && odd < 0) return;
  throw new MetricLearningError({
    where,
    expected: 'texts to be an array of strings',
    got: Array.isArray(texts) ? `${show(texts[odd])} at index ${odd}` : show(texts),
  });
}
