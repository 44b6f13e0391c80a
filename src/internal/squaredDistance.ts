/** The squared Euclidean distance of row i of x and row j of y, each scaled first, in float64. */
export function squaredDistance(
  x: ArrayLike<number>,
  i: number,
  y: ArrayLike<number>,
  j: number,
  dims: number,
  scaleX = 1,
  scaleY = 1,
): number {
  let sum = 0;
  for (let k = 0, a = i * dims, b = j * dims; k < dims; k++) {
    const difference = x[a + k]! * scaleX - y[b + k]! * scaleY;
    sum += difference * difference;
  }
  return sum;
}
