import { densestPlace } from '../../charts/internal/densestPlace.ts';
import { separateLabels } from '../../charts/internal/separateLabels.ts';
import type { PanelView } from './painter.ts';
import type { Scene } from './scene.ts';

interface ClassLabel {
  readonly classIndex: number;
  readonly x: number;
  readonly y: number;
}

/** Where the class names stand, in pixels of a panel. */
export interface ClassLabels {
  place(view: PanelView, context: CanvasRenderingContext2D): ClassLabel[];
}

const mostLabels = 60;
const lineHeight = 20;
const mostMembers = 2000; // of a class that decide where its name stands

/** Names at the densest place of each class, kept apart, and left out of the panel with their class. */
export function createClassLabels(scene: Scene): ClassLabels {
  const members = scene.classes.map((): number[] => []);
  const seen = new Uint32Array(scene.classes.length);
  for (let i = 0; i < scene.count; i++) {
    const classIndex = scene.classOf[i]!;
    const every = Math.ceil(scene.classes[classIndex]!.count / mostMembers);
    if (seen[classIndex]!++ % every === 0) members[classIndex]!.push(i);
  }
  const found = new WeakMap<Float32Array, (readonly [number, number])[]>();
  const homes = (points: Float32Array): (readonly [number, number])[] => {
    let places = found.get(points);
    if (!places) {
      places = members.map((own) => densestPlace(points, own));
      found.set(points, places);
    }
    return places;
  };

  return {
    place({ box, projection: { left, top, scale }, from, to, share }, context) {
      if (scene.classes.length > mostLabels) return [];
      const [before, after] = [homes(from), homes(to)];
      const wanted = scene.classes.map(({ name }, classIndex) => {
        const [a, b] = [before[classIndex]!, after[classIndex]!];
        return {
          classIndex,
          x: left + scale * (a[0] + share * (b[0] - a[0])),
          y: top + scale * (a[1] + share * (b[1] - a[1])),
          width: context.measureText(name).width + 8,
          height: lineHeight,
        };
      });
      const visible = wanted.filter(
        ({ x, y }) =>
          x > box.left && x < box.left + box.width && y > box.top && y < box.top + box.height,
      );
      return separateLabels(visible, box).map(({ x, y }, i) => ({
        classIndex: visible[i]!.classIndex,
        x,
        y,
      }));
    },
  };
}
