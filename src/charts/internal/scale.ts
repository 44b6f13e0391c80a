/** An axis: where a value lies, and which values are worth a mark. */
export interface Scale {
  /** Values at the ends of the axis. */
  readonly domain: readonly [number, number];
  /** Pixels of a value; values outside are moved to the nearer end. */
  at(value: number): number;
  readonly ticks: readonly Tick[];
}

interface Tick {
  readonly value: number;
  readonly text: string;
}

type Range = readonly [number, number];

export interface LinearScaleOptions {
  /** Whether the ends of the axis are moved outward to round numbers. Default true. */
  readonly nice?: boolean;
  /** Ticks are never closer than this. Default 0. */
  readonly leastStep?: number;
}

/** A linear axis with about `count` ticks, 1, 2 or 5 times a power of ten apart. */
export function linearScale(
  domain: Range,
  range: Range,
  count: number,
  { nice = true, leastStep = 0 }: LinearScaleOptions = {},
): Scale {
  const [low, high] = widened(domain);
  const step = Math.max(leastStep, niceStep((high - low) / Math.max(1, count)));
  const first = nice ? Math.floor(low / step + 1e-9) : Math.ceil(low / step - 1e-9);
  const last = nice ? Math.ceil(high / step - 1e-9) : Math.floor(high / step + 1e-9);
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const ticks: Tick[] = [];
  for (let i = first; i <= last; i++) {
    ticks.push({ value: i * step, text: tickText(i * step, decimals) });
  }
  const ends: Range = nice ? [first * step, last * step] : [low, high];
  return { domain: ends, at: interpolate(ends, range), ticks };
}

/**
 * A logarithmic axis for values above 0, its ends moved outward to 1, 2 or 5 times a power of ten: ticks at the powers
 * of ten, and at 2 and 5 times them where all ticks stay `gap` pixels apart.
 */
export function logScale(domain: Range, range: Range, gap: number): Scale {
  const low = roundLog(domain[0], Math.floor);
  let high = roundLog(domain[1], Math.ceil);
  if (high <= low) high = low * 10;
  const decade = Math.abs(range[1] - range[0]) / Math.log10(high / low);
  const every = Math.max(1, Math.ceil(gap / decade));
  const factors = decade * Math.log10(2) >= gap ? [1, 2, 5] : [1];
  const ticks: Tick[] = [];
  for (let e = Math.floor(Math.log10(low) + 1e-9); 10 ** e <= high * 1.0000001; e++) {
    if (e % every !== 0) continue;
    for (const factor of factors) {
      const value = Number(`${factor}e${e}`);
      if (value >= low * 0.9999999 && value <= high * 1.0000001) {
        ticks.push({ value, text: logText(value) });
      }
    }
  }
  const place = interpolate([Math.log10(low), Math.log10(high)], range);
  return { domain: [low, high], at: (v) => place(Math.log10(Math.max(v, low))), ticks };
}

/**
 * A number as people write it: thousands grouped, `digits` significant digits but no more than four decimals (three
 * digits below 0.01), powers of ten only where zeros would run on.
 */
export function numberText(value: number, digits = 4): string {
  const size = Math.abs(value);
  if (value === 0) return '0';
  if (size >= 1e7 || size < 1e-4) return value.toExponential(1).replace('e+', 'e');
  if (Number.isInteger(value)) return grouped(String(value));
  const power = Math.floor(Math.log10(size));
  const decimals = power < -2 ? 2 - power : Math.max(0, Math.min(4, digits - 1 - power));
  return grouped(value.toFixed(decimals));
}

/** The least and the greatest of the values. */
export function extent(values: ArrayLike<number>): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    low = Math.min(low, values[i]!);
    high = Math.max(high, values[i]!);
  }
  return [low, high];
}

function interpolate([low, high]: Range, [from, to]: Range): (value: number) => number {
  return (value) => {
    const share = Math.min(1, Math.max(0, (value - low) / (high - low)));
    return from + share * (to - from);
  };
}

/** A domain without width, or so narrow that numbers between its ends run out, gets one. */
function widened([low, high]: Range): Range {
  if (high - low > 1e-9 * Math.max(Math.abs(low), Math.abs(high), 1e-280)) return [low, high];
  const margin = Math.abs(low) < 1e-290 ? 1 : Math.abs(low) / 2;
  return [low - margin, high + margin];
}

function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5, 10].find((f) => f * power >= rough * 0.9999999) ?? 10;
  return factor * power;
}

function roundLog(value: number, round: typeof Math.floor): number {
  const power = 10 ** Math.floor(Math.log10(value) + 1e-9);
  const factors = [1, 2, 5, 10];
  const found =
    round === Math.floor
      ? factors.findLast((f) => f * power <= value * 1.0000001)
      : factors.find((f) => f * power >= value * 0.9999999);
  return (found ?? 1) * power;
}

function tickText(value: number, decimals: number): string {
  const size = Math.abs(value);
  if (decimals > 5 || size >= 1e7)
    return value === 0 ? '0' : value.toExponential().slice(0, 8).replace('e+', 'e');
  return grouped((value + 0).toFixed(decimals).replace(/^-(0(\.0*)?)$/, '$1'));
}

function logText(value: number): string {
  return value >= 1e7 || value < 1e-4
    ? value.toExponential().replace('e+', 'e')
    : grouped(String(value));
}

function grouped(text: string): string {
  const [whole = '', decimals] = text.split('.');
  const spaced = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return (decimals === undefined ? spaced : `${spaced}.${decimals}`).replace(/^-/, '\u2212');
}
