/**
 * Places along a line for labels that want to be at `wanted` and need `gap` pixels each: as near as order and room
 * between `low` and `high` allow.
 */
export function spread(
  wanted: readonly number[],
  gap: number,
  low: number,
  high: number,
): number[] {
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a]! - wanted[b]!);
  // Runs of labels that touch move as one block, centred on the mean of what its members want.
  const blocks: { members: number[]; middle: number }[] = [];
  for (const i of order) {
    let block = { members: [i], middle: wanted[i]! };
    for (let last = blocks.at(-1); last !== undefined; last = blocks.at(-1)) {
      const room = ((last.members.length + block.members.length) * gap) / 2;
      if (block.middle - last.middle >= room) break;
      blocks.pop();
      block = joined(last, block, wanted);
    }
    blocks.push(block);
  }
  const places = new Array<number>(wanted.length);
  let floor = low;
  for (const { members, middle } of blocks) {
    const start = Math.max(floor, middle - (members.length * gap) / 2);
    members.forEach((i, k) => {
      places[i] = start + (k + 0.5) * gap;
    });
    floor = start + members.length * gap;
  }
  let ceiling = high;
  for (const i of order.reverse()) {
    places[i] = Math.min(places[i]!, ceiling - gap / 2);
    ceiling = places[i]! - gap / 2;
  }
  return places;
}

interface Block {
  readonly members: number[];
  readonly middle: number;
}

function joined(a: Block, b: Block, wanted: readonly number[]): Block {
  const members = [...a.members, ...b.members];
  const middle = members.reduce((sum, i) => sum + wanted[i]!, 0) / members.length;
  return { members, middle };
}
