import { encodePng } from '../../formats/encodePng.ts';
import { base64 } from '../../formats/internal/bytes.ts';
import type { Sprite } from '../../formats/spriteSheet.ts';

/** One small image of a sprite, as a data URL of a PNG of its own. */
export async function tileImage(sprite: Sprite, index: number): Promise<string> {
  const { pixels, channels, width, tileWidth, tileHeight, columns } = sprite;
  const tile = new Uint8Array(tileWidth * tileHeight * channels);
  const corner = Math.floor(index / columns) * tileHeight * width + (index % columns) * tileWidth;
  for (let row = 0; row < tileHeight; row++) {
    const from = (corner + row * width) * channels;
    tile.set(pixels.subarray(from, from + tileWidth * channels), row * tileWidth * channels);
  }
  return `data:image/png;base64,${base64(await encodePng(tile, tileWidth, tileHeight))}`;
}
