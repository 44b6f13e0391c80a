import type { TripletAccuracy } from 'tfjs-metric-learning';

/** The seed's report: how many triplets of each class have the positive nearer, and d(a,p) - d(a,n). */
export function classReport(accuracy: TripletAccuracy, names?: readonly string[]): string {
  const classes = accuracy.classes.map(({ label }) => names?.[label] ?? String(label));
  const width = Math.max(8, ...classes.map((name) => name.length));
  const line = (cells: (string | number)[]): string =>
    cells
      .map((cell, column) => {
        const text = typeof cell === 'number' ? cell.toFixed(column === 2 ? 4 : 3) : cell;
        return text.padStart([width, 9, 9, 11, 11, 11][column] as number);
      })
      .join(' ');
  const rows = accuracy.classes.map(({ count, accuracy: share, min, max, avg }, i) =>
    line([classes[i] as string, String(count), share, min, max, avg]),
  );
  const { count, accuracy: share, min, max, avg } = accuracy;
  return [
    'Triplet accuracy: shares of triplets with d(a,p) < d(a,n), and d(a,p) - d(a,n)',
    line(['class', 'triplets', 'accuracy', 'min', 'max', 'avg']),
    ...rows,
    line(['all', String(count), share, min, max, avg]),
  ].join('\n');
}
