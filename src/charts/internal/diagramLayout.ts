/** A box to be placed, or, without height, the place where a long edge passes a rank. */
export interface DiagramNode {
  readonly width: number;
  readonly height: number;
  /** Indices of the nodes it takes input from, all of them smaller than its own. */
  readonly inputs: readonly number[];
}

export interface PlacedNode {
  /** Middle of its upper edge. */
  readonly x: number;
  readonly y: number;
}

export interface DiagramLayout {
  readonly nodes: readonly PlacedNode[];
  /** Points that the edge from the k-th input of a node passes on its way, by node and k. */
  readonly bends: readonly (readonly (readonly PlacedNode[])[])[];
  readonly width: number;
  readonly height: number;
}

const gap = { across: 28, down: 46 };
const passage = 14; // room for an edge between boxes

interface Cell {
  readonly rank: number;
  readonly width: number;
  readonly parents: number[];
  x: number;
}

/** Ranks from top to bottom, each node below all its inputs, and within a rank below what it is joined to. */
export function layoutDiagram(nodes: readonly DiagramNode[]): DiagramLayout {
  const cells: Cell[] = [];
  for (const { width, inputs } of nodes) {
    const rank = inputs.reduce((most, i) => Math.max(most, (cells[i]?.rank ?? 0) + 1), 0);
    cells.push({ rank, width, parents: [], x: 0 });
  }
  const passed = nodes.map(({ inputs }, i) => inputs.map((from) => addPassages(cells, from, i)));

  const ranks: number[][] = [];
  cells.forEach(({ rank }, i) => {
    ranks[rank] ??= [];
    ranks[rank].push(i);
  });
  for (const rank of ranks) arrangeRank(cells, rank);

  const heights = ranks.map((rank) => Math.max(...rank.map((i) => nodes[i]?.height ?? 0)));
  const tops = heights.map((_, r) =>
    heights.slice(0, r).reduce((sum, height) => sum + height + gap.down, 0),
  );
  const left = Math.min(...cells.map(({ x, width }) => x - width / 2));
  const right = Math.max(...cells.map(({ x, width }) => x + width / 2));
  const placed = cells.map(({ x, rank }, i) => {
    const [top, room] = [tops[rank]!, heights[rank]!];
    return { x: x - left, y: top + (room - (nodes[i]?.height ?? 0)) / 2 };
  });
  return {
    nodes: placed.slice(0, nodes.length),
    bends: passed.map((edges) => edges.map((edge) => edge.map((i) => placed[i]!))),
    width: right - left,
    height: (tops.at(-1) as number) + (heights.at(-1) as number),
  };
}

/** A narrow cell in each rank that an edge crosses; returns their indices from top to bottom. */
function addPassages(cells: Cell[], from: number, to: number): number[] {
  const passages: number[] = [];
  let last = from;
  for (let rank = cells[from]!.rank + 1; rank < cells[to]!.rank; rank++) {
    cells.push({ rank, width: passage, parents: [last], x: 0 });
    last = cells.length - 1;
    passages.push(last);
  }
  cells[to]!.parents.push(last);
  return passages;
}

/** Puts the cells of a rank side by side, in the order of their parents and as near below them as there is room. */
function arrangeRank(cells: Cell[], rank: number[]): void {
  const middle = (i: number): number => {
    const { parents } = cells[i]!;
    const sum = parents.reduce((total, parent) => total + cells[parent]!.x, 0);
    return parents.length === 0 ? 0 : sum / parents.length;
  };
  rank.sort((a, b) => middle(a) - middle(b) || a - b);
  let edge = -Infinity;
  for (const i of rank) {
    const cell = cells[i]!;
    cell.x = Math.max(middle(i), edge + gap.across + cell.width / 2);
    edge = cell.x + cell.width / 2;
  }
  const shift =
    rank.reduce((sum, i) => sum + cells[i]!.x - middle(i), 0) / Math.max(1, rank.length);
  for (const i of rank) cells[i]!.x -= shift;
}
