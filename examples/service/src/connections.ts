import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** The connections of a process, which are given to it one by one. */
export interface Connections {
  add(socket: Socket): void;
  /**
   * Closes each connection as soon as nothing of it waits for an answer.
   *
   * @returns how many were cut, because they were still open after `patience` milliseconds.
   */
  close(patience: number): Promise<number>;
}

/** Milliseconds between two looks at the connections while they are closed. */
const lookEvery = 20;

/** What is known of a connection. */
interface State {
  /** Requests that are not answered. */
  running: number;
  /** Bytes that the connection had read when its last request was answered. */
  read: number;
}

export function createConnections(server: Server): Connections {
  const open = new Map<Socket, State>();
  server.emit('listening'); // starts Node's timer of `requestTimeout`, as `listen` does
  server.on('request', ({ socket }, response) => {
    const state = open.get(socket);
    if (!state) return;
    state.running++;
    response.on('close', () => {
      state.running--;
      state.read = socket.bytesRead;
    });
  });
  /** Whether no request runs, has come in in part, or is answered in part. */
  const isIdle = (socket: Socket, { running, read }: State): boolean =>
    running === 0 && socket.bytesRead === read && socket.writableLength === 0;

  return {
    add(socket) {
      open.set(socket, { running: 0, read: 0 });
      socket.on('close', () => open.delete(socket));
      server.emit('connection', socket);
      socket.resume();
    },
    async close(patience) {
      const until = performance.now() + patience;
      while (open.size > 0 && performance.now() < until) {
        await new Promise((resolve) => setTimeout(resolve, lookEvery));
        await new Promise(setImmediate); // what has come in meanwhile is read before this
        for (const [socket, state] of open) if (isIdle(socket, state)) socket.destroySoon();
      }
      const cut = open.size;
      for (const socket of open.keys()) socket.destroy();
      return cut;
    },
  };
}
