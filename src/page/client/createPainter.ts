import { canvasPainter } from './canvasPainter.ts';
import type { Painter } from './painter.ts';
import { webglPainter } from './webglPainter.ts';

/** On the graphics card where there is one, else on a plain canvas. */
export function createPainter(canvas: HTMLCanvasElement): Painter {
  return webglPainter(canvas) ?? canvasPainter(canvas);
}
