import { missingPackage } from '../../internal/missingPackage.ts';

/** What a picture is decoded to. */
export interface Decoding {
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3 | 4;
  readonly fit: 'contain' | 'cover' | 'fill';
  readonly background: string;
}

/** The bytes of a picture file as pixels, row by row, the channels of a pixel side by side. */
export type Decoder = (file: string) => Promise<Uint8Array>;

/**
 * A decoder by the package `sharp`. Pictures are turned as their EXIF data say, converted to sRGB with 8 bits a channel,
 * and of an animation the first one is read. A file with warnings, such as a JPEG with damaged data, is an error.
 *
 * @throws MetricLearningError if the package is not installed.
 */
export async function openDecoder(where: string, decoding: Decoding): Promise<Decoder> {
  const { height, width, channels, fit, background } = decoding;
  const sharp = await sharpPackage(where);
  const border = channels === 4 ? { r: 0, g: 0, b: 0, alpha: 0 } : background;
  return async (file) => {
    const picture = sharp(file, { failOn: 'warning', autoOrient: true })
      .resize({ height, width, fit, background: border })
      .toColourspace('srgb');
    const opaque =
      channels === 4 ? picture.ensureAlpha() : picture.flatten({ background }).removeAlpha();
    const final = channels === 1 ? opaque.grayscale().toColourspace('b-w') : opaque;
    const { data, info } = await final
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    if (info.channels === channels && data.length === height * width * channels) return data;
    throw new Error(`decoded to ${info.height} x ${info.width} x ${info.channels}`);
  };
}

/** The package `sharp`. The import stands in a `try` block, so that bundlers accept that it may be missing. */
async function sharpPackage(where: string): Promise<typeof import('sharp').default> {
  try {
    return (await import('sharp')).default;
  } catch (cause) {
    throw missingPackage(where, 'sharp', 'Install it (npm install sharp).', cause);
  }
}
