// Drawings that are no digits, as strokes: what the pretrained network also learns to tell apart, and other ones that it
// never sees, which stand for strangers.
import { createRandom } from 'tfjs-metric-learning';
import { inkToImage } from 'tfjs-metric-learning/browser';

/** Points of a circle's arc around (x, y), angles in degrees, clockwise from the right. */
const arc = (x, y, rx, ry, from, to, steps = 16) =>
  Array.from({ length: steps + 1 }, (_, i) => {
    const angle = ((from + ((to - from) * i) / steps) * Math.PI) / 180;
    return [x + rx * Math.cos(angle), y + ry * Math.sin(angle)];
  });
const spiral = Array.from({ length: 40 }, (_, i) => {
  const [angle, radius] = [0.42 * i, 0.06 + 0.011 * i];
  return [0.5 + radius * Math.cos(angle), 0.5 + radius * Math.sin(angle)];
});
const star = Array.from({ length: 6 }, (_, i) => {
  const angle = -Math.PI / 2 + (i * 4 * Math.PI) / 5;
  return [0.5 + 0.5 * Math.cos(angle), 0.52 + 0.5 * Math.sin(angle)];
});
const wave = Array.from({ length: 25 }, (_, i) => [i / 24, 0.5 + 0.22 * Math.sin(i / 1.9)]);

/** Closed and open curves that mean nothing, each the same at every call. */
function doodles(count) {
  const random = createRandom(11);
  const made = Array.from({ length: count }, (_, kind) => {
    const waves = Array.from({ length: 3 }, () => [
      random.next() - 0.5,
      random.next() - 0.5,
      6.3 * random.next(),
      6.3 * random.next(),
    ]);
    const turns = 2.6 + 3.6 * random.next();
    const curve = Array.from({ length: 40 }, (_, i) => {
      const t = (turns * i) / 39;
      let [x, y] = [0, 0];
      waves.forEach(([a, b, p, q], k) => {
        x += a * Math.cos((k + 1) * t + p);
        y += b * Math.sin((k + 1) * t + q);
      });
      return [x, y];
    });
    const [low, high] = [Math.min, Math.max].map((of) => [
      of(...curve.map(([x]) => x)),
      of(...curve.map(([, y]) => y)),
    ]);
    const size = Math.max(high[0] - low[0], high[1] - low[1]);
    return [`doodle ${kind}`, [curve.map(([x, y]) => [(x - low[0]) / size, (y - low[1]) / size])]];
  });
  return Object.fromEntries(made);
}

/** Straight lines between corners that mean nothing, each the same at every call: every other one is closed. */
function zigzags(count) {
  const random = createRandom(12);
  const made = Array.from({ length: count }, (_, kind) => {
    const corners = [];
    const wanted = 4 + random.integer(5);
    while (corners.length < wanted) {
      const corner = [random.next(), random.next()];
      const [last] = corners.slice(-1);
      if (!last || Math.hypot(corner[0] - last[0], corner[1] - last[1]) > 0.35)
        corners.push(corner);
    }
    if (kind % 2 === 1) corners.push(corners[0]);
    return [`zigzag ${kind}`, [corners]];
  });
  return Object.fromEntries(made);
}

/** Curves and their mirror images, joined on an axis that stands upright: each the same at every call. */
function symmetric(count) {
  const random = createRandom(13);
  const made = Array.from({ length: count }, (_, kind) => {
    const knots = Array.from({ length: 5 }, (_, i) => [
      i === 0 || i === 4 ? 0.5 : 0.5 + 0.5 * random.next(),
      i === 0 ? 0.4 * random.next() : i === 4 ? 0.6 + 0.4 * random.next() : random.next(),
    ]);
    const curve = Array.from({ length: 33 }, (_, i) => {
      const [at, t] = [Math.min(3, Math.floor(i / 8)), i === 32 ? 1 : (i % 8) / 8];
      const [a, b, c, d] = [-1, 0, 1, 2].map((k) => knots[Math.min(4, Math.max(0, at + k))]);
      return [0, 1].map(
        (k) =>
          b[k] +
          0.5 *
            t *
            (c[k] -
              a[k] +
              t * (2 * a[k] - 5 * b[k] + 4 * c[k] - d[k] + t * (3 * (b[k] - c[k]) + d[k] - a[k]))),
      );
    });
    return [`mirrored ${kind}`, [curve, curve.map(([x, y]) => [1 - x, y])]];
  });
  return Object.fromEntries(made);
}

/** Strokes in a square of 1 x 1, y downwards; drawn while the network learns. */
export const learned = {
  A: [
    [
      [0, 1],
      [0.5, 0],
      [1, 1],
    ],
    [
      [0.2, 0.62],
      [0.8, 0.62],
    ],
  ],
  E: [
    [
      [0.9, 0],
      [0.1, 0],
      [0.1, 1],
      [0.9, 1],
    ],
    [
      [0.1, 0.5],
      [0.75, 0.5],
    ],
  ],
  F: [
    [
      [0.9, 0],
      [0.15, 0],
      [0.15, 1],
    ],
    [
      [0.15, 0.48],
      [0.75, 0.48],
    ],
  ],
  H: [
    [
      [0.1, 0],
      [0.1, 1],
    ],
    [
      [0.9, 0],
      [0.9, 1],
    ],
    [
      [0.1, 0.5],
      [0.9, 0.5],
    ],
  ],
  K: [
    [
      [0.12, 0],
      [0.12, 1],
    ],
    [
      [0.9, 0],
      [0.12, 0.55],
      [0.9, 1],
    ],
  ],
  M: [
    [
      [0, 1],
      [0.1, 0],
      [0.5, 0.65],
      [0.9, 0],
      [1, 1],
    ],
  ],
  N: [
    [
      [0.1, 1],
      [0.1, 0],
      [0.9, 1],
      [0.9, 0],
    ],
  ],
  P: [[[0.15, 1], [0.15, 0], ...arc(0.3, 0.27, 0.5, 0.27, -90, 90)]],
  R: [[[0.1, 1], [0.1, 0], ...arc(0.3, 0.25, 0.5, 0.25, -90, 90), [0.12, 0.5], [0.9, 1]]],
  T: [
    [
      [0, 0.03],
      [1, 0.03],
    ],
    [
      [0.5, 0],
      [0.5, 1],
    ],
  ],
  U: [[[0.05, 0], ...arc(0.5, 0.6, 0.42, 0.4, 180, 0), [0.95, 0]]],
  V: [
    [
      [0, 0],
      [0.5, 1],
      [1, 0],
    ],
  ],
  W: [
    [
      [0, 0],
      [0.25, 1],
      [0.5, 0.3],
      [0.75, 1],
      [1, 0],
    ],
  ],
  X: [
    [
      [0.05, 0],
      [0.95, 1],
    ],
    [
      [0.95, 0],
      [0.05, 1],
    ],
  ],
  Y: [
    [
      [0.05, 0],
      [0.5, 0.5],
      [0.95, 0],
    ],
    [
      [0.5, 0.5],
      [0.5, 1],
    ],
  ],
  plus: [
    [
      [0.5, 0],
      [0.5, 1],
    ],
    [
      [0, 0.5],
      [1, 0.5],
    ],
  ],
  square: [
    [
      [0, 0],
      [1, 0.02],
      [1, 1],
      [0, 1],
      [0, 0],
    ],
  ],
  triangle: [
    [
      [0.5, 0.05],
      [1, 0.95],
      [0, 0.95],
      [0.5, 0.05],
    ],
  ],
  check: [
    [
      [0, 0.55],
      [0.35, 0.95],
      [1, 0.05],
    ],
  ],
  equals: [
    [
      [0, 0.3],
      [1, 0.3],
    ],
    [
      [0, 0.7],
      [1, 0.7],
    ],
  ],
  hash: [
    [
      [0.3, 0],
      [0.25, 1],
    ],
    [
      [0.75, 0],
      [0.7, 1],
    ],
    [
      [0, 0.33],
      [1, 0.3],
    ],
    [
      [0, 0.68],
      [1, 0.66],
    ],
  ],
  infinity: [
    [
      ...arc(0.25, 0.5, 0.25, 0.25, -40, -320),
      ...arc(0.75, 0.5, 0.25, 0.25, 140, -140).reverse(),
      [0.45, 0.36],
    ],
  ],
  wave: [wave],
  moon: [[...arc(0.5, 0.5, 0.45, 0.5, -60, -300), ...arc(0.68, 0.5, 0.36, 0.4, -240, -110)]],
  pi: [
    [
      [0, 0.1],
      [1, 0.08],
    ],
    [
      [0.3, 0.1],
      [0.22, 1],
    ],
    [
      [0.7, 0.1],
      [0.72, 0.9],
      [0.85, 1],
    ],
  ],
  hourglass: [
    [
      [0, 0],
      [1, 0],
      [0, 1],
      [1, 1],
      [0, 0],
    ],
  ],
  envelope: [
    [
      [0, 0.15],
      [1, 0.15],
      [1, 0.85],
      [0, 0.85],
      [0, 0.15],
      [0.5, 0.55],
      [1, 0.15],
    ],
  ],
  diamond: [
    [
      [0.5, 0],
      [1, 0.5],
      [0.5, 1],
      [0, 0.5],
      [0.5, 0],
    ],
  ],
  at: [
    arc(0.5, 0.5, 0.18, 0.2, 0, 360),
    [[0.68, 0.35], ...arc(0.83, 0.55, 0.14, 0.2, 180, 20, 8), ...arc(0.5, 0.5, 0.5, 0.5, 0, -310)],
  ],
  question: [
    [...arc(0.5, 0.28, 0.35, 0.28, -170, 60), [0.5, 0.72]],
    arc(0.5, 0.95, 0.03, 0.03, 0, 360, 6),
  ],
  ampersand: [
    [
      [0.95, 1],
      [0.25, 0.3],
      ...arc(0.42, 0.18, 0.2, 0.18, 170, 400),
      [0.2, 0.6],
      ...arc(0.4, 0.75, 0.28, 0.25, 200, 20),
      [0.9, 0.5],
    ],
  ],
  cloud: [
    [
      ...arc(0.22, 0.6, 0.22, 0.22, 90, 280, 10),
      ...arc(0.5, 0.4, 0.28, 0.3, 200, 350, 12),
      ...arc(0.8, 0.6, 0.2, 0.22, -80, 90, 10),
      [0.22, 0.82],
    ],
  ],
  eye: [
    arc(0.5, 0.75, 0.6, 0.5, 210, 330),
    arc(0.5, 0.25, 0.6, 0.5, 150, 30),
    arc(0.5, 0.5, 0.15, 0.16, 0, 360),
  ],
  sun: [
    arc(0.5, 0.5, 0.25, 0.25, 0, 360),
    ...Array.from({ length: 8 }, (_, i) =>
      arc(0.5, 0.5, 0.35, 0.35, 45 * i, 45 * i, 1).map(([x, y], j) => [
        0.5 + (x - 0.5) * (1 + 0.42 * j),
        0.5 + (y - 0.5) * (1 + 0.42 * j),
      ]),
    ),
  ],
  leaf: [
    [
      [0.1, 0.9],
      ...arc(0.75, 0.75, 0.65, 0.65, 180, 270),
      ...arc(0.25, 0.25, 0.65, 0.65, -20, 95),
      [0.1, 0.9],
      [0.7, 0.3],
    ],
  ],
  cup: [
    [
      [0.1, 0.1],
      [0.15, 0.9],
      [0.65, 0.9],
      [0.7, 0.1],
      [0.1, 0.1],
    ],
    arc(0.68, 0.45, 0.28, 0.22, -85, 100),
  ],
  umbrella: [
    [...arc(0.5, 0.5, 0.5, 0.48, 180, 360), [0, 0.5]],
    [[0.5, 0.5], ...arc(0.62, 0.88, 0.12, 0.12, 180, 0)],
  ],
  key: [
    arc(0.25, 0.3, 0.22, 0.24, 0, 360),
    [
      [0.42, 0.46],
      [0.95, 0.95],
    ],
    [
      [0.8, 0.8],
      [0.92, 0.66],
    ],
    [
      [0.68, 0.7],
      [0.8, 0.56],
    ],
  ],
  clover: [
    arc(0.3, 0.3, 0.22, 0.22, 20, 380),
    arc(0.7, 0.3, 0.22, 0.22, 160, 520),
    arc(0.5, 0.58, 0.22, 0.22, -90, 270),
    [
      [0.5, 0.6],
      [0.45, 1],
    ],
  ],
  face: [
    arc(0.5, 0.5, 0.48, 0.5, -90, 270, 28),
    [
      [0.3, 0.36],
      [0.42, 0.36],
    ],
    [
      [0.58, 0.36],
      [0.7, 0.36],
    ],
    [
      [0.5, 0.42],
      [0.5, 0.6],
    ],
    [
      [0.34, 0.76],
      [0.66, 0.76],
    ],
  ],
  ball: [
    arc(0.5, 0.5, 0.5, 0.5, 0, 360, 24),
    [
      [0.02, 0.5],
      [0.98, 0.5],
    ],
  ],
  target: [arc(0.5, 0.5, 0.5, 0.5, 0, 360, 24), arc(0.5, 0.5, 0.22, 0.22, 0, 360)],
  clock: [
    arc(0.5, 0.5, 0.5, 0.5, 0, 360, 24),
    [
      [0.5, 0.2],
      [0.5, 0.5],
      [0.72, 0.6],
    ],
  ],
  balloon: [
    arc(0.5, 0.32, 0.36, 0.34, 90, 450, 20),
    [
      [0.5, 0.66],
      [0.44, 0.8],
      [0.55, 0.9],
      [0.5, 1],
    ],
  ],
  apple: [
    [
      [0.5, 0.3],
      ...arc(0.28, 0.6, 0.28, 0.36, -60, -290),
      ...arc(0.72, 0.6, 0.28, 0.36, 110, -120),
      [0.5, 0.3],
      [0.6, 0.05],
    ],
  ],
  butterfly: [
    [
      [0.5, 0.5],
      [0.1, 0.05],
      [0.05, 0.4],
      [0.5, 0.5],
      [0.95, 0.4],
      [0.9, 0.05],
      [0.5, 0.5],
      [0.2, 0.95],
      [0.5, 0.5],
      [0.8, 0.95],
      [0.5, 0.5],
    ],
  ],
  squiggle: [
    [
      [0.1, 0.2],
      ...arc(0.3, 0.3, 0.2, 0.2, 180, 0),
      ...arc(0.7, 0.45, 0.2, 0.22, 180, 0),
      [0.8, 0.9],
      ...arc(0.5, 0.8, 0.3, 0.18, 30, 180),
      [0.1, 0.6],
    ],
  ],
  ...doodles(100),
  ...zigzags(60),
  ...symmetric(60),
};

/** Never drawn while the network learns. */
export const strangers = {
  star: [star],
  heart: [
    [
      [0.5, 0.95],
      [0.08, 0.5],
      ...arc(0.27, 0.3, 0.24, 0.27, 160, 350),
      ...arc(0.73, 0.3, 0.24, 0.27, 190, 380),
      [0.92, 0.5],
      [0.5, 0.95],
    ],
  ],
  house: [
    [
      [0, 0.45],
      [0.5, 0],
      [1, 0.45],
    ],
    [
      [0.1, 0.4],
      [0.1, 1],
      [0.9, 1],
      [0.9, 0.4],
    ],
    [
      [0.42, 1],
      [0.42, 0.65],
      [0.6, 0.65],
      [0.6, 1],
    ],
  ],
  spiral: [spiral],
  smiley: [
    arc(0.5, 0.5, 0.5, 0.5, -90, 270, 28),
    arc(0.5, 0.52, 0.27, 0.24, 20, 160, 10),
    [
      [0.34, 0.32],
      [0.34, 0.38],
    ],
    [
      [0.66, 0.32],
      [0.66, 0.38],
    ],
  ],
  lightning: [
    [
      [0.65, 0],
      [0.2, 0.55],
      [0.6, 0.5],
      [0.3, 1],
    ],
  ],
  fish: [[...arc(0.42, 0.5, 0.4, 0.28, 20, 340, 20), [1, 0.75], [1, 0.25], [0.8, 0.6]]],
  flower: [
    arc(0.5, 0.3, 0.14, 0.14, 0, 360),
    arc(0.5, 0.08, 0.12, 0.1, 0, 360),
    arc(0.28, 0.3, 0.1, 0.12, 0, 360),
    arc(0.72, 0.3, 0.1, 0.12, 0, 360),
    [
      [0.5, 0.45],
      [0.5, 1],
    ],
  ],
  arrow: [
    [
      [0, 0.5],
      [1, 0.5],
    ],
    [
      [0.65, 0.2],
      [1, 0.5],
      [0.65, 0.8],
    ],
  ],
  tree: [
    [
      [0.5, 0],
      [0.95, 0.7],
      [0.05, 0.7],
      [0.5, 0],
    ],
    [
      [0.5, 0.7],
      [0.5, 1],
    ],
  ],
  crown: [
    [
      [0, 0.9],
      [0, 0.2],
      [0.27, 0.6],
      [0.5, 0.1],
      [0.73, 0.6],
      [1, 0.2],
      [1, 0.9],
      [0, 0.9],
    ],
  ],
  sailboat: [
    [
      [0, 0.7],
      [0.2, 1],
      [0.8, 1],
      [1, 0.7],
      [0, 0.7],
    ],
    [
      [0.5, 0.7],
      [0.5, 0],
      [0.95, 0.6],
      [0.5, 0.6],
    ],
  ],
  mushroom: [
    [...arc(0.5, 0.5, 0.5, 0.45, 180, 360), [0, 0.5]],
    [
      [0.35, 0.5],
      [0.35, 1],
      [0.65, 1],
      [0.65, 0.5],
    ],
  ],
  bell: [
    [
      [0.05, 0.85],
      [0.2, 0.7],
      ...arc(0.5, 0.4, 0.3, 0.35, 180, 360),
      [0.8, 0.7],
      [0.95, 0.85],
      [0.05, 0.85],
    ],
    [...arc(0.5, 0.9, 0.1, 0.1, 0, 360)],
  ],
  anchor: [
    [
      [0.5, 0.2],
      [0.5, 1],
    ],
    arc(0.5, 0.1, 0.1, 0.1, 0, 360),
    [
      [0.25, 0.38],
      [0.75, 0.38],
    ],
    arc(0.5, 0.55, 0.45, 0.45, 10, 170),
  ],
  car: [
    [
      [0, 0.75],
      [0, 0.5],
      [0.2, 0.45],
      [0.35, 0.2],
      [0.7, 0.2],
      [0.85, 0.45],
      [1, 0.5],
      [1, 0.75],
      [0, 0.75],
    ],
    arc(0.25, 0.8, 0.11, 0.11, 0, 360),
    arc(0.75, 0.8, 0.11, 0.11, 0, 360),
  ],
  snail: [
    [
      [0, 1],
      [0.85, 1],
      [1, 0.5],
    ],
    spiral.map(([x, y]) => [0.4 + 0.7 * (x - 0.5), 0.6 + 0.7 * (y - 0.5)]),
  ],
  ghost: [
    [
      ...arc(0.5, 0.4, 0.4, 0.4, 180, 360),
      [0.9, 1],
      [0.7, 0.85],
      [0.5, 1],
      [0.3, 0.85],
      [0.1, 1],
      [0.1, 0.4],
    ],
    arc(0.36, 0.42, 0.05, 0.07, 0, 360),
    arc(0.64, 0.42, 0.05, 0.07, 0, 360),
  ],
};

const canvas = 72; // pixels of the square that strokes are drawn on

/** A drawing by another hand each time: turned, sheared, stretched, shaken, with a pen of another width. */
export function drawGlyph(strokes, random, { shake = 1 } = {}) {
  const within = (low, high) => low + (high - low) * random.uniform();
  const angle = (shake * within(-14, 14) * Math.PI) / 180;
  const [shear, wide, high] = [
    shake * within(-0.2, 0.2),
    1 - shake * within(0, 0.3),
    1 - shake * within(0, 0.3),
  ];
  const [bendX, bendY] = [shake * within(-0.08, 0.08), shake * within(-0.08, 0.08)];
  const place = ([x, y]) => {
    const u =
      wide * (x - 0.5) + shear * (y - 0.5) + bendX * Math.sin(5 * y) + shake * within(-0.02, 0.02);
    const v = high * (y - 0.5) + bendY * Math.sin(5 * x) + shake * within(-0.02, 0.02);
    return [
      canvas * (0.5 + 0.72 * (u * Math.cos(angle) - v * Math.sin(angle))),
      canvas * (0.5 + 0.72 * (u * Math.sin(angle) + v * Math.cos(angle))),
    ];
  };
  const radius = within(2, 4.6);
  const segments = strokes.flatMap((stroke) => {
    const points = stroke.map(place);
    return points.slice(1).map((point, i) => [points[i], point]);
  });
  return inkToImage({ data: rasterize(segments, radius), width: canvas, height: canvas });
}

/** Opacity by the distance to the nearest segment. */
function rasterize(segments, radius) {
  const data = new Uint8ClampedArray(4 * canvas * canvas);
  for (const [[ax, ay], [bx, by]] of segments) {
    const [dx, dy] = [bx - ax, by - ay];
    const square = dx * dx + dy * dy || 1;
    const reach = radius + 1;
    const limit = (value) => Math.min(canvas - 1, Math.max(0, Math.round(value)));
    for (let y = limit(Math.min(ay, by) - reach); y <= limit(Math.max(ay, by) + reach); y++) {
      for (let x = limit(Math.min(ax, bx) - reach); x <= limit(Math.max(ax, bx) + reach); x++) {
        const along = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / square));
        const distance = Math.hypot(x - ax - along * dx, y - ay - along * dy);
        const opacity = 255 * Math.min(1, Math.max(0, radius + 0.5 - distance));
        const at = 4 * (y * canvas + x) + 3;
        if (opacity > data[at]) data[at] = opacity;
      }
    }
  }
  return data;
}
