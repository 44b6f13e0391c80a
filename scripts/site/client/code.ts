const root = new URL(document.documentElement.dataset['root'] || '.', document.baseURI).href;

/** The buttons of blocks of code. What edits and runs code is loaded with the first use. */
export function startCode(): void {
  for (const block of document.querySelectorAll<HTMLElement>('.code')) {
    const bar = document.createElement('div');
    bar.className = 'bar';
    if (block.dataset['runs'] !== undefined) {
      bar.append(
        button('Run', () => withEditor(block, 'run')),
        button('Edit', () => withEditor(block, 'edit')),
      );
    }
    bar.append(copyButton(block));
    block.append(bar);
  }
  for (const each of document.querySelectorAll<HTMLElement>('.install'))
    each.append(copyButton(each));
}

function button(text: string, act: () => unknown): HTMLButtonElement {
  const made = document.createElement('button');
  made.type = 'button';
  made.textContent = text;
  made.addEventListener('click', () => void act());
  return made;
}

function copyButton(block: HTMLElement): HTMLButtonElement {
  const made = button('Copy', async () => {
    await navigator.clipboard.writeText(codeOf(block));
    made.textContent = 'Copied';
    setTimeout(() => {
      made.textContent = 'Copy';
    }, 1500);
  });
  return made;
}

/** What stands in a block now: an editor has an element for each line. */
function codeOf(block: HTMLElement): string {
  const lines = [...block.querySelectorAll('.cm-line')].map(({ textContent }) => textContent);
  const code = lines.length > 0 ? lines.join('\n') : block.querySelector('code')?.textContent;
  return code?.trimEnd() ?? '';
}

type Editor = typeof import('./editor.ts');

async function withEditor(block: HTMLElement, act: 'run' | 'edit'): Promise<void> {
  if (location.protocol === 'file:') {
    alert('Code runs on pages that a server sends. npm run docs:dev starts one.');
    return;
  }
  const address = `${root}assets/editor.js`;
  const { editorOf }: Editor = await import(address);
  const editor = editorOf(block, root);
  if (act === 'edit') editor.edit();
  else await editor.run();
}
