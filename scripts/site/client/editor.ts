import { javascript } from '@codemirror/lang-javascript';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { keymap } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { EditorView, minimalSetup } from 'codemirror';
import { type BackendName, type RunMessage, runCode } from './runCode.ts';

export { runCode };

/** A block of code that is edited and run in its place. */
export interface Editor {
  edit(): void;
  /** Runs the code, and shows what it prints. Ends with the program. */
  run(): Promise<void>;
}

const editors = new WeakMap<HTMLElement, Editor>();

export function editorOf(block: HTMLElement, root: string): Editor {
  let editor = editors.get(block);
  if (editor === undefined) {
    editor = createEditor(block, root);
    editors.set(block, editor);
  }
  return editor;
}

const colors = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier], class: 'tok-keyword' },
  { tag: [tags.string, tags.special(tags.string)], class: 'tok-string' },
  { tag: [tags.number, tags.bool, tags.null], class: 'tok-number' },
  { tag: tags.comment, class: 'tok-comment' },
  {
    tag: [tags.function(tags.variableName), tags.function(tags.propertyName)],
    class: 'tok-function',
  },
  { tag: [tags.typeName, tags.className], class: 'tok-type' },
]);

function createEditor(block: HTMLElement, root: string): Editor {
  const pre = block.querySelector('pre')!;
  const original = pre.textContent.trimEnd();
  let view: EditorView | undefined;
  let stop: (() => void) | undefined;
  const output = createOutput(block);

  const code = (): string => view?.state.doc.toString() ?? original;
  const run = async (): Promise<void> => {
    stop?.();
    output.begin();
    const program = runCode(root, code(), output.backend());
    stop = program.stop;
    output.onStop(program.stop);
    for await (const message of program.messages) output.show(message);
  };
  const start = (): boolean => {
    void run();
    return true;
  };
  return {
    edit() {
      if (view !== undefined) return view.focus();
      const place = document.createElement('div');
      pre.replaceWith(place);
      view = new EditorView({
        doc: original,
        parent: place,
        extensions: [
          // Before the keys of the editor, which would begin a new line.
          keymap.of([{ key: 'Mod-Enter', run: start }]),
          minimalSetup,
          javascript({ typescript: true }),
          syntaxHighlighting(colors),
          EditorView.contentAttributes.of({ 'aria-label': 'Code. Escape, then Tab, leaves it.' }),
        ],
      });
      view.focus();
    },
    run,
  };
}

interface Output {
  begin(): void;
  show(message: RunMessage): void;
  backend(): BackendName;
  onStop(stop: () => void): void;
}

/** The place below a block where its program prints. */
function createOutput(block: HTMLElement): Output {
  const box = document.createElement('div');
  box.className = 'output';
  box.innerHTML =
    '<div class="head"><span role="status"></span><label>Backend <select><option value="simd">simd</option><option value="cpu">cpu</option></select></label><button type="button">Stop</button></div><div class="printed" role="log" aria-label="Output" tabindex="0"></div>';
  const status = box.querySelector('span')!;
  const printed = box.querySelector<HTMLElement>('.printed')!;
  const select = box.querySelector('select')!;
  const button = box.querySelector('button')!;
  let stopProgram = (): void => {};
  button.addEventListener('click', () => {
    stopProgram();
    end('stopped');
  });
  const end = (text: string): void => {
    status.textContent = text;
    button.hidden = true;
    box.dataset['state'] = text.startsWith('done') ? 'done' : 'ended';
  };
  return {
    begin() {
      block.after(box);
      printed.replaceChildren();
      status.textContent = 'Starting';
      button.hidden = false;
      box.dataset['state'] = 'running';
    },
    show(message) {
      if (message.kind === 'started') status.textContent = `Running on ${message.backend}`;
      else if (message.kind === 'done')
        end(`done in ${formatTime(message.milliseconds)} on ${message.backend}`);
      else printed.append(lineOf(message));
      if (message.kind === 'failed') end('ended with an error');
      printed.scrollTop = printed.scrollHeight;
    },
    backend: () => (select.value === 'cpu' ? 'cpu' : 'simd'),
    onStop(stop) {
      stopProgram = stop;
    },
  };
}

function formatTime(milliseconds: number): string {
  return milliseconds < 1000
    ? `${Math.round(milliseconds)} ms`
    : `${(milliseconds / 1000).toFixed(1)} s`;
}

/** What is printed: a picture or a page as such, all else as text. */
function lineOf(message: Extract<RunMessage, { kind: 'printed' | 'failed' }>): HTMLElement {
  const { text } = message;
  if (message.kind === 'printed' && /^(<svg|<!doctype html)/i.test(text)) {
    const frame = document.createElement('iframe');
    frame.sandbox.add('allow-scripts');
    frame.srcdoc = text;
    frame.title = 'What the program has drawn';
    return frame;
  }
  const line = document.createElement('pre');
  line.textContent = text;
  line.className = message.kind === 'failed' ? 'failed' : 'line';
  return line;
}
