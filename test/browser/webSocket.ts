import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import type { Duplex } from 'node:stream';

/** A text connection to a program on this machine. Node 20 has no WebSocket of its own. */
export interface TextSocket {
  send(text: string): void;
  close(): void;
}

/** Connects, and calls `onText` for each message. */
export function openSocket(address: string, onText: (text: string) => void): Promise<TextSocket> {
  return new Promise((resolve, reject) => {
    const asking = request(address.replace(/^ws:/, 'http:'), {
      headers: {
        Connection: 'Upgrade',
        Upgrade: 'websocket',
        'Sec-WebSocket-Version': '13',
        'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
      },
    });
    asking.once('error', reject);
    asking.once('response', ({ statusCode }) =>
      reject(new Error(`${address} answers ${statusCode}, and no WebSocket`)),
    );
    asking.once('upgrade', (_, socket: Duplex, head: Buffer) => {
      const read = frameReader((opcode, payload) => {
        if (opcode === 1) onText(payload.toString('utf8'));
        if (opcode === 9) socket.write(frame(10, payload));
      });
      socket.on('data', read);
      socket.on('error', () => socket.destroy());
      read(head);
      resolve({
        send: (text) => void socket.write(frame(1, Buffer.from(text))),
        close: () => socket.destroy(),
      });
    });
    asking.end();
  });
}

/** One whole message, masked as a client has to. */
function frame(opcode: number, payload: Buffer): Buffer {
  const { length } = payload;
  const header = length < 126 ? Buffer.alloc(2) : Buffer.alloc(length < 65_536 ? 4 : 10);
  header[0] = 0x80 | opcode;
  header[1] = 0x80 | (length < 126 ? length : length < 65_536 ? 126 : 127);
  if (header.length === 4) header.writeUInt16BE(length, 2);
  if (header.length === 10) header.writeBigUInt64BE(BigInt(length), 2);
  const mask = randomBytes(4);
  return Buffer.concat([header, mask, payload.map((byte, i) => byte ^ mask[i % 4]!)]);
}

/** Takes bytes as they come; a message may come in several frames, and a frame in several pieces. */
function frameReader(
  onMessage: (opcode: number, payload: Buffer) => void,
): (bytes: Buffer) => void {
  let waiting = Buffer.alloc(0);
  let parts: Buffer[] = [];
  let kind = 0;
  return (bytes) => {
    waiting = Buffer.concat([waiting, bytes]);
    while (waiting.length >= 2) {
      const short = waiting[1]! & 127;
      const start = short === 126 ? 4 : short === 127 ? 10 : 2;
      if (waiting.length < start) return;
      const length =
        short === 126
          ? waiting.readUInt16BE(2)
          : short === 127
            ? Number(waiting.readBigUInt64BE(2))
            : short;
      if (waiting.length < start + length) return;
      const [last, opcode] = [(waiting[0]! & 128) !== 0, waiting[0]! & 15];
      const payload = waiting.subarray(start, start + length);
      waiting = waiting.subarray(start + length);
      if (opcode >= 8) {
        onMessage(opcode, payload);
        continue;
      }
      if (opcode !== 0) kind = opcode;
      parts.push(payload);
      if (!last) continue;
      onMessage(kind, Buffer.concat(parts));
      parts = [];
    }
  };
}
