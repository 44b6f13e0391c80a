import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { parseSync } from 'oxc-parser';

/** What a doc comment says. */
export interface DocComment {
  /** Markdown, up to the first tag. */
  readonly text: string;
  readonly examples: readonly string[];
  readonly throws: readonly string[];
  readonly see: readonly string[];
}

/** A property, a method or an option. */
export interface ApiMember {
  readonly name: string;
  readonly signature: string;
  readonly optional: boolean;
  readonly doc: DocComment;
}

/** A name that users can import. */
export interface ApiEntry {
  readonly name: string;
  readonly kind: 'function' | 'class' | 'value' | 'interface' | 'type';
  /** What users import it from: `tfjs-metric-learning/node`. */
  readonly entry: string;
  readonly room: string;
  readonly file: string;
  /** The declaration without its body; several for an overloaded function. */
  readonly signatures: readonly string[];
  readonly doc: DocComment;
  readonly members: readonly ApiMember[];
  /** The interfaces that an interface takes its members from. */
  readonly extended: readonly string[];
}

/** What this file reads of a node of the tree that oxc-parser makes. */
interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

interface SourceFile {
  readonly code: string;
  readonly body: readonly Node[];
  readonly comments: readonly {
    readonly type: string;
    readonly value: string;
    readonly start: number;
    readonly end: number;
  }[];
}

/** The entries of the package, and the file of each: what one can import has a page. */
export function packageEntries(root: string): Record<string, string> {
  const { exports } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
  const paths = Object.keys(exports).filter((path) => !path.endsWith('.json'));
  return Object.fromEntries(
    paths.map((path) => [
      `tfjs-metric-learning${path.slice(1)}`,
      path === '.' ? 'src/index.ts' : `src/${path.slice(2)}.ts`,
    ]),
  );
}

/** Reads every public name of the package from its sources. */
export function readApi(root: string, entries: Readonly<Record<string, string>>): ApiEntry[] {
  const files = new Map<string, SourceFile>();
  const open = (file: string): SourceFile => {
    let found = files.get(file);
    if (found === undefined) {
      found = parse(file, readFileSync(`${root}${file}`, 'utf8'));
      files.set(file, found);
    }
    return found;
  };
  const api = new Map<string, ApiEntry>();
  for (const [entry, file] of Object.entries(entries)) {
    for (const { name, from } of exportsOf(file, open)) {
      if (api.has(name)) continue;
      const room = posix.relative('src', from).split('/')[0]?.replace(/\.ts$/, '') ?? '';
      api.set(name, { ...declaration(open(from), from, name), name, entry, room, file: from });
    }
  }
  return [...api.values()].sort((a, b) => a.name.localeCompare(b.name, 'en'));
}

function parse(file: string, code: string): SourceFile {
  const { program, comments, errors } = parseSync(file, code, { lang: 'ts', sourceType: 'module' });
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`);
  return { code, body: program.body as unknown as Node[], comments };
}

/** The names that a file exports, with the files that declare them. */
function exportsOf(
  file: string,
  open: (file: string) => SourceFile,
): { name: string; from: string }[] {
  return open(file).body.flatMap((node) => {
    const source = (node['source'] as { value: string } | null | undefined)?.value;
    const target = source === undefined ? file : posix.join(posix.dirname(file), source);
    if (node.type === 'ExportAllDeclaration') return exportsOf(target, open);
    if (node.type !== 'ExportNamedDeclaration') return [];
    const own = node['declaration'] as Node | null;
    if (own !== null) return namesOf(own).map((name) => ({ name, from: file }));
    const specifiers = node['specifiers'] as {
      local: { name: string };
      exported: { name: string };
    }[];
    return specifiers.flatMap(({ local, exported }) => {
      if (source === undefined || local.name !== exported.name) {
        throw new Error(
          `${file}: write \`export { ${exported.name} } from ..\` for the documentation`,
        );
      }
      return [{ name: exported.name, from: target }];
    });
  });
}

function namesOf(node: Node): string[] {
  if (node.type === 'VariableDeclaration') {
    return (node['declarations'] as { id: { name: string } }[]).map(({ id }) => id.name);
  }
  const id = node['id'] as { name: string } | null;
  return id === null ? [] : [id.name];
}

type Declared = Pick<ApiEntry, 'kind' | 'signatures' | 'doc' | 'members' | 'extended'>;

function declaration(source: SourceFile, file: string, name: string): Declared {
  const found = source.body.filter((node) => {
    const own = node['declaration'] as Node | null | undefined;
    return node.type === 'ExportNamedDeclaration' && own && namesOf(own).includes(name);
  });
  const first = found[0];
  if (first === undefined) throw new Error(`${file} does not declare ${name}`);
  const nodes = found.map((node) => node['declaration'] as Node);
  const node = nodes[0]!;
  const doc = docBefore(source, first.start);
  const none = { members: [], extended: [] };
  switch (node.type) {
    case 'FunctionDeclaration':
    case 'TSDeclareFunction': {
      // With overloads the last one is the implementation, which nobody calls by its own types.
      const callable = nodes.filter((each) => each.type === 'TSDeclareFunction');
      const shown = callable.length > 0 ? callable : nodes;
      return {
        kind: 'function',
        signatures: shown.map((each) => header(source, each)),
        doc,
        ...none,
      };
    }
    case 'ClassDeclaration': {
      const body = node['body'] as Node & { body: Node[] };
      const head = source.code.slice(node.start, body.start).trim();
      return {
        kind: 'class',
        signatures: [head],
        doc,
        members: classMembers(source, body.body),
        extended: [],
      };
    }
    case 'VariableDeclaration': {
      const [each] = node['declarations'] as { id: Node; init: Node | null }[];
      const text = source.code.slice(each!.id.start, each!.id.end);
      return { kind: 'value', signatures: [`const ${text}`], doc, ...none };
    }
    case 'TSInterfaceDeclaration': {
      const body = node['body'] as Node & { body: Node[] };
      const extended = (node['extends'] as { expression: { name?: string } }[]).flatMap(
        ({ expression }) => expression.name ?? [],
      );
      const members = body.body.map((each) => member(source, each));
      return {
        kind: 'interface',
        signatures: [source.code.slice(node.start, body.start).trim()],
        doc,
        members,
        extended,
      };
    }
    case 'TSTypeAliasDeclaration':
      return { kind: 'type', signatures: [source.code.slice(node.start, node.end)], doc, ...none };
    default:
      throw new Error(`${file}: the documentation cannot show ${name}, a ${node.type}`);
  }
}

/** A function without its body. */
function header({ code }: SourceFile, node: Node): string {
  const body = node['body'] as Node | null | undefined;
  return code
    .slice(node.start, body ? body.start : node.end)
    .trim()
    .replace(/;$/, '');
}

function classMembers(source: SourceFile, body: readonly Node[]): ApiMember[] {
  return body.flatMap((node) => {
    const key = node['key'] as Node | undefined;
    const hidden =
      key === undefined || key.type === 'PrivateIdentifier' || node['computed'] === true;
    if (hidden || node['accessibility'] === 'private' || node['kind'] === 'set') return [];
    const value = node['value'] as Node | null;
    const body = value?.['body'] as Node | null | undefined;
    const typed = node['typeAnnotation'] as Node | null | undefined;
    const end = body ? body.start : typed ? typed.end : node.end;
    const signature = source.code.slice(node.start, end).trim().replace(/;$/, '');
    const name = source.code.slice(key.start, key.end);
    return [{ name, signature, optional: false, doc: docBefore(source, node.start) }];
  });
}

function member(source: SourceFile, node: Node): ApiMember {
  const key = node['key'] as Node | undefined;
  const name = key === undefined ? '' : source.code.slice(key.start, key.end);
  const signature = source.code.slice(node.start, node.end).replace(/[;,]$/, '');
  return {
    name,
    signature,
    optional: node['optional'] === true,
    doc: docBefore(source, node.start),
  };
}

/** The doc comment that ends directly before a place of the file. */
function docBefore({ code, comments }: SourceFile, start: number): DocComment {
  const before = comments.filter(({ end }) => end <= start).at(-1);
  if (!before?.value.startsWith('*')) return readComment('');
  return readComment(code.slice(before.end, start).trim() === '' ? before.value : '');
}

/** Takes a doc comment apart. */
export function readComment(value: string): DocComment {
  const lines = value.replace(/^\*/, '').replaceAll(/^[ \t]*\* ?/gm, '');
  const [text = '', ...tags] = lines.split(/^@(?=\w)/m);
  const tagged = (tag: string): string[] =>
    tags
      .filter((each) => new RegExp(`^${tag}\\b`).test(each))
      .map((each) => each.slice(tag.length).replace(/^ /, '').trim());
  return {
    text: text.trim(),
    examples: tagged('example'),
    throws: tagged('throws'),
    see: tagged('see'),
  };
}

/** The first sentence of a doc comment. */
export function firstSentence({ text }: DocComment): string {
  const paragraph = (text.split(/\n\s*\n/)[0] ?? '').replaceAll(/\s+/g, ' ').trim();
  return (/^.*?[.:](?= [A-Z`]|$)/.exec(paragraph)?.[0] ?? paragraph).replace(/:$/, '.');
}
