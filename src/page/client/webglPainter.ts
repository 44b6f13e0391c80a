import type { Painter } from './painter.ts';

const vertexShader = `
attribute vec2 from;
attribute vec2 to;
attribute vec4 color;
uniform float share;
uniform vec3 place;
uniform vec2 canvas;
uniform mediump float diameter;
varying vec4 shown;
void main() {
  vec2 pixel = place.xy + place.z * mix(from, to, share);
  gl_Position = vec4(2.0 * pixel.x / canvas.x - 1.0, 1.0 - 2.0 * pixel.y / canvas.y, 0.0, 1.0);
  gl_PointSize = diameter;
  shown = color;
}`;

const fragmentShader = `
precision mediump float;
uniform mediump float diameter;
varying vec4 shown;
void main() {
  float insideRim = (0.5 - length(gl_PointCoord - 0.5)) * diameter;
  float opacity = shown.a * clamp(insideRim, 0.0, 1.0);
  gl_FragColor = vec4(shown.rgb * opacity, opacity);
}`;

/** A painter on the graphics card, or undefined where there is none: a processor that plays one is slower than a canvas. */
export function webglPainter(canvas: HTMLCanvasElement): Painter | undefined {
  if (!hasGraphicsCard()) return undefined;
  const gl = canvas.getContext('webgl', {
    antialias: false,
    failIfMajorPerformanceCaveat: true,
  });
  if (!gl?.getExtension('OES_element_index_uint')) return undefined;
  const program = linkedProgram(gl);
  if (!program) return undefined;
  gl.useProgram(program);
  gl.enable(gl.BLEND);
  gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  gl.enable(gl.SCISSOR_TEST);

  const attribute = (name: string): number => {
    const location = gl.getAttribLocation(program, name);
    gl.enableVertexAttribArray(location);
    return location;
  };
  const uniform = (name: string): WebGLUniformLocation | null =>
    gl.getUniformLocation(program, name);
  const [fromAt, toAt, colorAt] = [attribute('from'), attribute('to'), attribute('color')];
  const [share, place, size] = [uniform('share'), uniform('place'), uniform('canvas')];
  const diameter = uniform('diameter');
  const [colorBuffer, orderBuffer] = [gl.createBuffer(), gl.createBuffer()];
  const bindPoints = pointBinder(gl);
  let ratio = 1;
  let count = 0;

  return {
    resize(width, height, devicePixels) {
      ratio = devicePixels;
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
      gl.viewport(0, 0, canvas.width, canvas.height);
    },
    style(colors, order) {
      gl.bindBuffer(gl.ARRAY_BUFFER, colorBuffer);
      gl.bufferData(gl.ARRAY_BUFFER, colors, gl.DYNAMIC_DRAW);
      gl.vertexAttribPointer(colorAt, 4, gl.UNSIGNED_BYTE, true, 0, 0);
      gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, orderBuffer);
      gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, order, gl.DYNAMIC_DRAW);
      count = order.length;
    },
    draw(panels) {
      gl.scissor(0, 0, canvas.width, canvas.height);
      gl.clear(gl.COLOR_BUFFER_BIT);
      gl.uniform2f(size, canvas.width, canvas.height);
      for (const { box, projection, from, to, share: part, radius } of panels) {
        const [left, top] = [Math.round(box.left * ratio), Math.round(box.top * ratio)];
        const [width, height] = [Math.round(box.width * ratio), Math.round(box.height * ratio)];
        gl.scissor(left, canvas.height - top - height, width, height);
        bindPoints(fromAt, from);
        bindPoints(toAt, to);
        gl.uniform1f(share, part);
        gl.uniform1f(diameter, 2 * radius * ratio + 1);
        const { left: x, top: y, scale } = projection;
        gl.uniform3f(place, x * ratio, y * ratio, scale * ratio);
        gl.drawElements(gl.POINTS, count, gl.UNSIGNED_INT, 0);
      }
      return false;
    },
    destroy() {
      gl.getExtension('WEBGL_lose_context')?.loseContext();
    },
  };
}

let found: boolean | undefined;

/**
 * Whether WebGL is drawn by a graphics card. Browsers play one on the processor without saying so, but for its name; a
 * canvas that was asked keeps its context, so another one is asked.
 */
function hasGraphicsCard(): boolean {
  if (found !== undefined) return found;
  const gl = document
    .createElement('canvas')
    .getContext('webgl', { failIfMajorPerformanceCaveat: true });
  found = false;
  if (!gl) return found;
  const own = String(gl.getParameter(gl.RENDERER));
  const hidden = own === 'WebKit WebGL' ? gl.getExtension('WEBGL_debug_renderer_info') : null;
  const name = hidden ? String(gl.getParameter(hidden.UNMASKED_RENDERER_WEBGL)) : own;
  gl.getExtension('WEBGL_lose_context')?.loseContext();
  found = !/swiftshader|llvmpipe|softpipe|software|basic render/i.test(name);
  return found;
}

const mostSets = 8; // sets of points that the card keeps at a time

/** Makes points the value of an attribute; each set of points goes to the card once while it is in use. */
function pointBinder(gl: WebGLRenderingContext): (location: number, points: Float32Array) => void {
  const buffers = new Map<Float32Array, WebGLBuffer>();
  return (location, points) => {
    let buffer = buffers.get(points);
    if (!buffer) {
      const [oldest] = buffers;
      if (oldest && buffers.size >= mostSets) {
        gl.deleteBuffer(oldest[1]);
        buffers.delete(oldest[0]);
      }
      buffer = gl.createBuffer();
      buffers.set(points, buffer);
      gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
      gl.bufferData(gl.ARRAY_BUFFER, Float32Array.from(points), gl.STATIC_DRAW);
    }
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    gl.vertexAttribPointer(location, 2, gl.FLOAT, false, 0, 0);
  };
}

function linkedProgram(gl: WebGLRenderingContext): WebGLProgram | undefined {
  const program = gl.createProgram();
  for (const [type, source] of [
    [gl.VERTEX_SHADER, vertexShader],
    [gl.FRAGMENT_SHADER, fragmentShader],
  ] as const) {
    const shader = gl.createShader(type);
    if (!shader) return undefined;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  return gl.getProgramParameter(program, gl.LINK_STATUS) ? program : undefined;
}
