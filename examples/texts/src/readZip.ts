import { inflateRawSync } from 'node:zlib';
import { MetricLearningError } from 'tfjs-metric-learning';

/**
 * A file in a ZIP archive, unpacked.
 *
 * @throws MetricLearningError if the bytes are no such archive, or it holds no such file.
 */
export function readZip(archive: Uint8Array, name: string): Uint8Array {
  const bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength);
  const end = bytes.lastIndexOf('PK\u0005\u0006', undefined, 'latin1');
  if (end < 0) throw noFile(name, 'no ZIP archive');
  const count = bytes.readUInt16LE(end + 10);
  let at = bytes.readUInt32LE(end + 16);
  for (let i = 0; i < count; i++) {
    const nameLength = bytes.readUInt16LE(at + 28);
    const path = bytes.toString('utf8', at + 46, at + 46 + nameLength);
    if (path === name) {
      const method = bytes.readUInt16LE(at + 10);
      const size = bytes.readUInt32LE(at + 20);
      const local = bytes.readUInt32LE(at + 42);
      const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
      const packed = bytes.subarray(start, start + size);
      return method === 0 ? packed : inflateRawSync(packed);
    }
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  throw noFile(name, `an archive of ${count} other files`);
}

function noFile(name: string, got: string): MetricLearningError {
  return new MetricLearningError({ where: 'texts', expected: `a ZIP archive with ${name}`, got });
}
