import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { show } from '../../internal/checks.ts';

/** Throws unless the content of a file is a Uint8Array; a Buffer of Node is one. */
export function checkBytes(where: string, name: string, bytes: Uint8Array): void {
  if (bytes instanceof Uint8Array) return;
  const buffer = (bytes as unknown) instanceof ArrayBuffer;
  throw new MetricLearningError({
    where,
    expected: `${name} to be a Uint8Array of bytes`,
    got: buffer ? 'an ArrayBuffer' : show(bytes),
    ...(buffer && { fix: 'Wrap it: new Uint8Array(buffer).' }),
  });
}
