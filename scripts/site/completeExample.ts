import { parseSync } from 'oxc-parser';

/** What the examples of doc comments leave out: the data and the model that a reader has. */
const given: Readonly<Record<string, string>> = {
  labels: 'const labels = [0, 0, 0, 0, 1, 1, 1, 1];',
  embeddings:
    'const embeddings = tensor2d(labels.map((label, i) => [Math.cos(label + i / 9), Math.sin(label + i / 9)]));',
  queries: 'const queries = tensor2d([[1, 0.1], [0.4, 0.9]]);',
  query: 'const query = tensor2d([[1, 0.1], [0.4, 0.9]]);',
  reference: 'const reference = tensor2d([[1, 0], [0, 1], [0.6, 0.8]]);',
  tags: 'const tags = [[0], [0, 1], [1], [2], [2], [1, 2], [0], [0, 2]];',
  examples:
    '/** Eight images of 4 x 4 pixels: those of class 1 are bright on the right. */\nconst examples = tensor4d(Array.from({ length: 128 }, (_, i) => (i >= 64 && i % 4 > 1 ? 1 : Math.sin(i) / 9)), [8, 4, 4, 1]);',
  data: 'const data = { examples, labels };',
  model:
    "const base = sequential({ layers: [layers.flatten({ inputShape: [4, 4, 1] }), layers.dense({ units: 2 })] });\nconst model = new TripletModel(base);\nmodel.compile({ optimizer: 'adam', loss: tripletLoss(1) });",
  random: 'const random = createRandom(1);',
  anchors: 'const anchors = slice(examples, 0, 2);',
  positives: 'const positives = slice(examples, 2, 2);',
  negatives: 'const negatives = slice(examples, 4, 2);',
};

/** Names of TensorFlow.js that `given` and the examples use. */
const tensorflow: Readonly<Record<string, string>> = {
  tensor1d: '@tensorflow/tfjs-core',
  tensor2d: '@tensorflow/tfjs-core',
  tensor4d: '@tensorflow/tfjs-core',
  slice: '@tensorflow/tfjs-core',
  layers: '@tensorflow/tfjs-layers',
  sequential: '@tensorflow/tfjs-layers',
};

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

/**
 * The example of a doc comment as a whole program: what it imports, the data it speaks of, and lines that print what it
 * made. Undefined if it speaks of something that is not known here.
 */
export function completeExample(
  example: string,
  moduleOf: (name: string) => string | undefined,
): string | undefined {
  const names = identifiers(example);
  const declared = new Set(declaredNames(example));
  const needed: string[] = [];
  const need = (name: string): void => {
    if (declared.has(name) || needed.includes(name)) return;
    for (const other of identifiers(given[name] ?? ''))
      if (other !== name && other in given) need(other);
    needed.push(name);
  };
  for (const name of names) if (name in given) need(name);
  const before = needed.map((name) => given[name]);
  const program = [...before, printed(example)].join('\n');

  const imports = new Map<string, string[]>();
  for (const name of identifiers(program)) {
    if (declared.has(name)) continue;
    const from = moduleOf(name) ?? tensorflow[name];
    if (from === undefined) {
      if (name in given || name in globalThis || builtIn.has(name) || declaredIn(program, name))
        continue;
      return undefined;
    }
    imports.set(from, [...(imports.get(from) ?? []), name]);
  }
  const lines = [...imports]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([from, list]) => `import { ${list.sort().join(', ')} } from '${from}';`);
  return lines.length === 0 ? undefined : `${lines.join('\n')}\n\n${program}`;
}

const builtIn = new Set(['undefined', 'NaN']);

function parse(code: string): Node {
  const { program, errors } = parseSync('example.ts', code, { lang: 'ts', sourceType: 'module' });
  if (errors.length > 0) throw new Error(`${errors[0]?.message} in\n${code}`);
  return program as unknown as Node;
}

function visit(
  value: unknown,
  see: (node: Node, parent: Node | undefined, key: string) => void,
): void {
  const walk = (each: unknown, parent: Node | undefined, key: string): void => {
    if (Array.isArray(each)) for (const one of each) walk(one, parent, key);
    else if (each !== null && typeof each === 'object' && 'type' in each) {
      const node = each as Node;
      see(node, parent, key);
      for (const [name, child] of Object.entries(node)) walk(child, node, name);
    }
  };
  walk(value, undefined, '');
}

/** Names that code refers to: not those behind a dot, and not keys. */
function identifiers(code: string): string[] {
  const found = new Set<string>();
  visit(parse(code), (node, parent, key) => {
    if (node.type !== 'Identifier') return;
    const isProperty =
      parent?.type === 'MemberExpression' && key === 'property' && parent['computed'] === false;
    const isKey = parent?.type === 'Property' && key === 'key' && parent['shorthand'] !== true;
    if (!isProperty && !isKey) found.add(String(node['name']));
  });
  return [...found];
}

/** Names that the statements of a program declare, in the order of the program. */
function declaredNames(code: string): string[] {
  const found: string[] = [];
  for (const statement of parse(code)['body'] as Node[]) {
    if (statement.type !== 'VariableDeclaration') continue;
    for (const { id } of statement['declarations'] as { id: Node }[])
      found.push(...patternNames(id));
  }
  return found;
}

function patternNames(pattern: Node): string[] {
  const found: string[] = [];
  visit(pattern, (node, parent, key) => {
    const isKey = parent?.type === 'Property' && key === 'key';
    if (node.type === 'Identifier' && !isKey) found.push(String(node['name']));
  });
  return found;
}

/** Is it a parameter, a variable of a block, or an element that is taken out of another? */
function declaredIn(code: string, name: string): boolean {
  let found = false;
  visit(parse(code), (node) => {
    if (
      node.type === 'VariableDeclarator' ||
      node.type === 'ArrowFunctionExpression' ||
      node.type === 'CatchClause'
    ) {
      const patterns =
        node.type === 'VariableDeclarator' ? [node['id']] : [node['params'] ?? node['param']];
      for (const pattern of patterns.flat()) {
        if (pattern && patternNames(pattern as Node).includes(name)) found = true;
      }
    }
  });
  return found;
}

/** The example with its bare expressions printed, and after it what it declared last. */
function printed(example: string): string {
  if (example.includes('console.log')) return example;
  const statements = parse(example)['body'] as Node[];
  let code = example;
  for (const { type, start, end, ...rest } of [...statements].reverse()) {
    if (type !== 'ExpressionStatement') continue;
    const expression = rest['expression'] as Node;
    const text = example.slice(expression.start, expression.end);
    code = `${code.slice(0, start)}console.log(${text});${code.slice(end)}`;
  }
  const names = declaredNames(example);
  const last = statements.at(-1);
  if (last?.type !== 'VariableDeclaration' || names.length === 0) return code;
  const shown = (last['declarations'] as { id: Node }[]).flatMap(({ id }) => patternNames(id));
  return `${code}\nconsole.log(${shown.join(', ')});`;
}
