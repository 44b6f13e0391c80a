import type { Box } from '../../charts/internal/chart.ts';
import type { Projection } from './camera.ts';

/** One map, or the way from one to another, in its place on the canvas. */
export interface PanelView {
  readonly box: Box;
  readonly projection: Projection;
  readonly from: Float32Array;
  readonly to: Float32Array;
  /** 0 shows `from`, 1 shows `to`. */
  readonly share: number;
  /** Of a dot, in pixels. */
  readonly radius: number;
}

/** Whether two views of a panel look the same. */
export function sameView(a: PanelView, b: PanelView | undefined): boolean {
  return (
    b !== undefined &&
    a.from === b.from &&
    a.to === b.to &&
    a.share === b.share &&
    a.radius === b.radius &&
    a.box.left === b.box.left &&
    a.box.top === b.box.top &&
    a.box.width === b.box.width &&
    a.box.height === b.box.height &&
    a.projection.left === b.projection.left &&
    a.projection.top === b.projection.top &&
    a.projection.scale === b.projection.scale
  );
}

/** Draws the dots of all panels. */
export interface Painter {
  /** Size in CSS pixels, and device pixels a CSS pixel. */
  resize(width: number, height: number, ratio: number): void;
  /** Red, green, blue and opacity (0 to 255) of each example, and the order they are drawn in: later ones on top. */
  style(colors: Uint8Array<ArrayBuffer>, order: Uint32Array<ArrayBuffer>): void;
  /** `quickly` permits less detail; returns whether some was left out. */
  draw(panels: readonly PanelView[], quickly: boolean): boolean;
  /** Gives the graphics card's memory back. */
  destroy(): void;
}
