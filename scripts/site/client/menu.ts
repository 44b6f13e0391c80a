/** The menu of a narrow page, and the mark at the heading that is being read. */
export function startMenu(): void {
  const button = document.querySelector<HTMLButtonElement>('#menu-button');
  const menu = document.querySelector<HTMLElement>('#site-menu');
  if (button !== null && menu !== null) {
    const show = (open: boolean): void => {
      document.body.classList.toggle('menu-open', open);
      button.ariaExpanded = String(open);
    };
    button.addEventListener('click', () => show(button.ariaExpanded !== 'true'));
    document.querySelector('#site-main')?.addEventListener('click', () => show(false));
    document.addEventListener('keydown', ({ key }) => {
      if (key !== 'Escape' || button.ariaExpanded !== 'true') return;
      show(false);
      button.focus();
    });
    const here = menu.querySelector('[aria-current]');
    if (here !== null) menu.scrollTop += here.getBoundingClientRect().top - window.innerHeight / 2;
  }
  markHeadings();
  reachTables();
}

function markHeadings(): void {
  const links = [...document.querySelectorAll<HTMLAnchorElement>('#site-contents a')];
  const headings = links.flatMap((link) => document.getElementById(link.hash.slice(1)) ?? []);
  if (headings.length === 0) return;
  const mark = (): void => {
    const read = headings.filter((heading) => heading.getBoundingClientRect().top < 140).at(-1);
    for (const link of links) {
      if (link.hash === `#${(read ?? headings[0])?.id}`) link.setAttribute('aria-current', 'true');
      else link.removeAttribute('aria-current');
    }
  };
  document.addEventListener('scroll', mark, { passive: true });
  mark();
}

/** What scrolls sideways must be reached with the keyboard. */
function reachTables(): void {
  const boxes = document.querySelectorAll<HTMLElement>('.table, .formula');
  const check = (): void => {
    for (const box of boxes) {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
      else box.removeAttribute('tabindex');
    }
  };
  addEventListener('resize', check);
  check();
}
