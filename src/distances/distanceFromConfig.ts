import { MetricLearningError } from '../errors/metricLearningError.ts';
import { show } from '../internal/checks.ts';
import { cosineSimilarity } from './cosineSimilarity.ts';
import type { Distance, DistanceConfig } from './distance.ts';
import { dotProductSimilarity } from './dotProductSimilarity.ts';
import { lpDistance } from './lpDistance.ts';
import { snrDistance } from './snrDistance.ts';

const makers: Readonly<Record<string, (options: object) => Distance>> = {
  lpDistance,
  cosineSimilarity,
  dotProductSimilarity,
  snrDistance,
};

/**
 * The distance whose `config` was kept: the same numbers, bit for bit.
 *
 * @throws MetricLearningError if the config is of no distance of this library, or an option is out of its range.
 * @example
 * const text = JSON.stringify(lpDistance({ power: 2 }).config);
 * const distance = distanceFromConfig(JSON.parse(text));
 */
export function distanceFromConfig(config: DistanceConfig): Distance {
  const where = 'distanceFromConfig';
  const name: unknown = (config as DistanceConfig | null | undefined)?.name;
  if (typeof name !== 'string' || !Object.hasOwn(makers, name)) {
    throw new MetricLearningError({
      where,
      expected: `config to be the config of ${Object.keys(makers).join(', ')}`,
      got: show(config),
      fix: 'A distance of your own has to be passed itself, in place of its config.',
    });
  }
  const { name: _, ...options } = config;
  return (makers[name] as (options: object) => Distance)(options);
}

/** Whether two distances measure alike: the same record, or records of equal configs. */
export function sameDistance(a: Distance, b: Distance): boolean {
  if (a === b) return true;
  if (!a.config || !b.config) return false;
  const entries = (config: DistanceConfig): string =>
    JSON.stringify(Object.entries(config).sort(([x], [y]) => (x < y ? -1 : 1)));
  return entries(a.config) === entries(b.config);
}

/** A distance as code, for messages: `lpDistance({ power: 2 })`, without the options that have their defaults. */
export function distanceCode({ name, config }: Distance): string {
  if (!config || !Object.hasOwn(makers, config.name)) return name;
  const defaults = makers[config.name]?.({}).config ?? {};
  const changed = Object.entries(config).filter(
    ([option, value]) => option !== 'name' && value !== (defaults as DistanceConfig)[option],
  );
  const options = changed.map(([option, value]) => `${option}: ${value}`).join(', ');
  return `${config.name}(${options === '' ? '' : `{ ${options} }`})`;
}
