import { encodePng } from '../../formats/encodePng.ts';
import type { Sprite } from '../../formats/spriteSheet.ts';
import { encodeBase64 } from '../../internal/base64.ts';

/** One small image of a sprite, as a data URL of a PNG of its own. */
export async function tileImage(sprite: Sprite, index: number): Promise<string> {
  const { pixels, channels, width, tileWidth, tileHeight, columns } = sprite;
  const tile = new Uint8Array(tileWidth * tileHeight * channels);
  const corner = Math.floor(index / columns) * tileHeight * width + (index % columns) * tileWidth;
  for (let row = 0; row < tileHeight; row++) {
    const from = (corner + row * width) * channels;
    tile.set(pixels.subarray(from, from + tileWidth * channels), row * tileWidth * channels);
  }
  return `data:image/png;base64,${encodeBase64(await encodePng(tile, tileWidth, tileHeight))}`;
}
