import type { Scene } from './scene.ts';

export interface Legend {
  /** Shows which classes stand out, and their colours. */
  update(active: ReadonlySet<number>, colors: readonly string[]): void;
}

/** A button a class; pressing one calls back with its index, pressing "all" with undefined. */
export function createLegend(
  list: HTMLElement,
  all: HTMLButtonElement,
  { classes }: Scene,
  onToggle: (classIndex: number | undefined) => void,
): Legend {
  const buttons = classes.map(({ name, count }, classIndex) => {
    const button = document.createElement('button');
    button.type = 'button';
    const parts = [
      ['swatch', ''],
      ['name', name],
      ['count', count.toLocaleString('en-US')],
    ] as const;
    for (const [className, text] of parts) {
      const part = document.createElement('span');
      part.className = className;
      part.textContent = text;
      button.append(part);
    }
    button.addEventListener('click', () => onToggle(classIndex));
    const item = document.createElement('li');
    item.append(button);
    list.append(item);
    return button;
  });
  all.addEventListener('click', () => onToggle(undefined));
  return {
    update(active, colors) {
      all.hidden = active.size === 0;
      buttons.forEach((button, i) => {
        button.setAttribute('aria-pressed', String(active.has(i)));
        button.classList.toggle('muted', active.size > 0 && !active.has(i));
        button.style.setProperty('--color', colors[i]!);
      });
    },
  };
}
