import type { Scene } from './scene.ts';

/** Draws an example's image on a canvas of its own, `size` CSS pixels high; hides the canvas without a sprite. */
export function showThumbnail(
  canvas: HTMLCanvasElement,
  { sprite }: Scene,
  i: number,
  size: number,
): void {
  canvas.hidden = sprite === undefined;
  if (!sprite) return;
  const { tileWidth, tileHeight, columns, image } = sprite;
  canvas.width = tileWidth;
  canvas.height = tileHeight;
  canvas.style.height = `${size}px`;
  canvas.style.width = `${(size * tileWidth) / tileHeight}px`;
  const [x, y] = [(i % columns) * tileWidth, Math.floor(i / columns) * tileHeight];
  canvas
    .getContext('2d')
    ?.drawImage(image, x, y, tileWidth, tileHeight, 0, 0, tileWidth, tileHeight);
}
