/** An array of float32 numbers in a safetensors file. */
export interface StoredArray {
  readonly name: string;
  readonly shape: number[];
  readonly values: Float32Array;
}

interface Entry {
  readonly dtype: string;
  readonly shape: number[];
  readonly data_offsets: readonly [from: number, to: number];
}

/** The float32 arrays of a safetensors file. */
export function readSafetensors(file: Uint8Array): StoredArray[] {
  const bytes = new Uint8Array(file.buffer, file.byteOffset, file.byteLength); // the slice of a Buffer is no copy
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = 8 + Number(view.getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, start))) as Record<
    string,
    Entry
  >;
  return Object.entries(header)
    .filter(([, { dtype }]) => dtype === 'F32')
    .map(
      ([
        name,
        {
          shape,
          data_offsets: [from, to],
        },
      ]) => ({
        name,
        shape,
        values: new Float32Array(bytes.slice(start + from, start + to).buffer),
      }),
    );
}
