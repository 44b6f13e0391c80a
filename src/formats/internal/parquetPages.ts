/** Where a column of a group of rows lies, as the metadata of a Parquet file say. */
export interface ColumnChunk {
  readonly data_page_offset: bigint;
  readonly dictionary_page_offset?: bigint | undefined;
  readonly total_compressed_size: bigint;
  readonly num_values: bigint;
}

/**
 * Throws unless the pages of a column follow each other to its end, and have as many values as the metadata say. A reader
 * that trusts the size of a damaged page may read the same one forever.
 */
export function checkPages(bytes: Uint8Array, column: ColumnChunk): void {
  const { data_page_offset: data, dictionary_page_offset: dictionary } = column;
  const first = Number(dictionary && dictionary < data ? dictionary : data);
  const end = first + Number(column.total_compressed_size);
  if (!(first >= 0 && end <= bytes.length)) throw new Error('a column outside the file');
  const reader = { bytes: bytes.subarray(0, end), at: first };
  let values = 0;
  while (reader.at < end) {
    const header = readStruct(reader);
    const size = header.get(3);
    if (typeof size !== 'number' || size < 0 || reader.at + size > end) {
      throw new Error(`a damaged page before byte ${reader.at}`);
    }
    reader.at += size;
    const about = header.get(5) ?? header.get(8); // pages of values, of the first and second kind
    if (about instanceof Map) values += Number(about.get(1));
  }
  if (values !== Number(column.num_values)) {
    throw new Error(`${values} values in the pages of a column of ${column.num_values}`);
  }
}

interface Reader {
  readonly bytes: Uint8Array;
  at: number;
}

/** The numbers of a record by the numbers of their fields, with records in it; other values are passed over. */
type Fields = Map<number, number | Fields>;

/** Reads a record of Thrift's compact protocol. */
function readStruct(reader: Reader): Fields {
  const fields: Fields = new Map();
  for (let id = 0; ; ) {
    const head = readByte(reader);
    if (head === 0) return fields;
    id = head >> 4 === 0 ? readNumber(reader) : id + (head >> 4);
    const value = readValue(reader, head & 15);
    if (value !== undefined) fields.set(id, value);
  }
}

function readValue(reader: Reader, type: number): number | Fields | undefined {
  switch (type) {
    case 1:
    case 2: // true and false are in the type
      return undefined;
    case 3:
      return readByte(reader);
    case 4:
    case 5:
    case 6:
      return readNumber(reader);
    case 7:
      return skip(reader, 8);
    case 8:
      return skip(reader, readVarint(reader));
    case 9:
    case 10: {
      const head = readByte(reader);
      const count = head >> 4 === 15 ? readVarint(reader) : head >> 4;
      const each = (head & 15) <= 2 ? 3 : head & 15; // in a list, true and false are bytes
      for (let i = 0; i < count; i++) readValue(reader, each);
      return undefined;
    }
    case 12:
      return readStruct(reader);
    default:
      throw new Error(`a page header with a value of the unknown type ${type}`);
  }
}

function skip(reader: Reader, count: number): undefined {
  reader.at += count;
}

function readByte(reader: Reader): number {
  const byte = reader.bytes[reader.at++];
  if (byte === undefined) throw new Error('a page header that does not end');
  return byte;
}

/** A number without a sign, in as many bytes as it needs, seven bits each. */
function readVarint(reader: Reader): number {
  let value = 0;
  for (let scale = 1; ; scale *= 128) {
    const byte = readByte(reader);
    value += (byte & 127) * scale;
    if (byte < 128) return value;
  }
}

/** A number with its sign in the lowest bit. */
function readNumber(reader: Reader): number {
  const value = readVarint(reader);
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}
