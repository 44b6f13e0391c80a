/** The field above the list of public names. */
export function startFilter(): void {
  const field = document.querySelector<HTMLInputElement>('#filter');
  if (field === null) return;
  const rooms = [...document.querySelectorAll<HTMLElement>('.room')];
  field.addEventListener('input', () => {
    const wanted = field.value.trim().toLowerCase();
    for (const room of rooms) {
      const names = [...room.querySelectorAll<HTMLElement>('[data-name]')];
      for (const each of names) each.hidden = !(each.dataset['name'] ?? '').includes(wanted);
      room.hidden = names.every((each) => each.hidden);
      const types = room.querySelector<HTMLDetailsElement>('details');
      if (types !== null) {
        const found = [...types.querySelectorAll<HTMLElement>('[data-name]')].some(
          (each) => !each.hidden,
        );
        types.hidden = !found;
        types.open = wanted !== '' && found;
      }
    }
  });
}
