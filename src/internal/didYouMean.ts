/** What other libraries call an option, in lower case without underscores, and what it is called here. */
const otherNames: Readonly<Record<string, string>> = {
  numclasses: 'classes',
  embeddingsize: 'dims',
  embeddingdim: 'dims',
  validationdata: 'validation',
  numepochs: 'epochs',
  nepochs: 'epochs',
  lr: 'learningRate',
  bs: 'batchSize',
  shuffle: 'seed',
  callbacks: 'onEpoch',
  progbar: 'verbose',
  metric: 'distance',
  topk: 'k',
  nneighbors: 'k',
  neighbors: 'k',
  temp: 'temperature',
  randomstate: 'seed',
  normalizeembeddings: 'normalize',
  smoothloss: 'smooth',
  memorysize: 'size',
  lengthbeforenewiter: 'length',
  numbins: 'bins',
};

/** The name that a caller most likely meant by one that is not known; undefined where no name is near. */
export function didYouMean(name: string, names: readonly string[]): string | undefined {
  const plain = (each: string): string => each.replaceAll(/[_-]/g, '').toLowerCase();
  const wanted = plain(name);
  const other = otherNames[wanted];
  if (other !== undefined && names.includes(other)) return other;
  const distances = names.map((each) => editDistance(wanted, plain(each)));
  const least = Math.min(...distances);
  return least <= Math.min(2, Math.floor(wanted.length / 3))
    ? names[distances.indexOf(least)]
    : undefined;
}

/** The number of letters to insert, to delete or to replace (Levenshtein). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next[j] = Math.min(replaced, row[j]! + 1, next[j - 1]! + 1);
    }
    row = next;
  }
  return row[b.length]!;
}
