/**
 * The colours of a picture's ground and text: dark on white, light on near-black, or `auto`: no ground of its own
 * and the text that the reader's colour scheme asks for, for pictures inside a page.
 */
export type Theme = 'light' | 'dark' | 'auto';

/** What every picture takes. */
export interface ChartOptions {
  /** Heading, top left. Default: each picture's own; an empty text leaves it out. */
  title?: string;
  /** A line below the heading. */
  subtitle?: string;
  /** Pixels, 240 to 4000. Default: each picture's own. */
  width?: number;
  /** Pixels, 160 to 4000. Default: each picture's own. */
  height?: number;
  /** Default `light`: dark text on white, which any page can hold. */
  theme?: Theme;
}
