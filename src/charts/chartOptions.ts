/**
 * The colors of a picture: `light` is dark text on white, `dark` is light text on near-black. `auto` has no ground of its
 * own and follows the reader's color scheme; it is for pictures inside a page.
 */
export type Theme = 'light' | 'dark' | 'auto';

/** The options that every picture has. */
export interface ChartOptions {
  /** Heading at the top left; an empty string leaves it out. Default: a heading that names the kind of picture. */
  title?: string;
  /** A line below the heading. Default: none. */
  subtitle?: string;
  /** Width in pixels, from 240 to 4000. Default: see each function. */
  width?: number;
  /** Height in pixels, from 160 to 4000. Default: see each function. */
  height?: number;
  /** Colors of ground and text. Default `light`. */
  theme?: Theme;
}
