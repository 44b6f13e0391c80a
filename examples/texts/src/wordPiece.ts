/** Turns a text into the ids of its word pieces, as the tokenizer of a BERT model does. */
export type WordPiece = (text: string) => number[];

/** What `tokenizer.json` says about a WordPiece tokenizer. */
interface TokenizerFile {
  readonly model: { readonly vocab: Readonly<Record<string, number>> };
}

const longestWord = 100;
const mark = /\p{Mn}/gu;
/** What stands alone: punctuation, symbols of ASCII, and the characters of Chinese. */
const parts = /[\p{P}$+<=>^`|~]|\p{Script=Han}|[^\s\p{P}$+<=>^`|~\p{Script=Han}]+/gu;

/**
 * The tokenizer of an uncased BERT model: lower case without accents, words cut into the longest known pieces, [CLS]
 * before and [SEP] after them, at most `limit` ids.
 */
export function createWordPiece(tokenizerJson: string, limit: number): WordPiece {
  const { vocab } = (JSON.parse(tokenizerJson) as TokenizerFile).model;
  const ids = new Map(Object.entries(vocab));
  const idOf = (token: string): number => ids.get(token) as number;
  const [first, last, unknown] = [idOf('[CLS]'), idOf('[SEP]'), idOf('[UNK]')];

  const piecesOf = (word: string): number[] => {
    if (word.length > longestWord) return [unknown];
    const found: number[] = [];
    for (let start = 0; start < word.length; ) {
      let end = word.length;
      const piece = (): string => (start > 0 ? '##' : '') + word.slice(start, end);
      while (end > start && !ids.has(piece())) end--;
      if (end === start) return [unknown];
      found.push(idOf(piece()));
      start = end;
    }
    return found;
  };

  return (text) => {
    const words = text.toLowerCase().normalize('NFD').replace(mark, '').match(parts) ?? [];
    return [first, ...words.flatMap(piecesOf).slice(0, limit - 2), last];
  };
}
