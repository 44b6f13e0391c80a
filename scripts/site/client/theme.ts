const themes = ['auto', 'light', 'dark'] as const;
const words = { auto: 'automatic', light: 'light', dark: 'dark' };

/** The button that goes through the themes. The page's first script has set the one that was chosen before. */
export function startTheme(): void {
  const button = document.querySelector<HTMLButtonElement>('#theme-button');
  if (button === null) return;
  const say = (): void => {
    button.title = `Theme: ${words[current()]}`;
    button.ariaLabel = button.title;
  };
  button.addEventListener('click', () => {
    const next = themes[(themes.indexOf(current()) + 1) % themes.length]!;
    document.documentElement.dataset['theme'] = next;
    try {
      localStorage.setItem('theme', next);
    } catch {} // a browser without storage forgets it
    say();
  });
  say();
}

function current(): (typeof themes)[number] {
  return themes.find((theme) => theme === document.documentElement.dataset['theme']) ?? 'auto';
}
