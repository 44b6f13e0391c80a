import type { Worker as Child } from 'node:cluster';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { MetricLearningError } from 'tfjs-metric-learning';

/** Milliseconds in which connections are accepted still while the service ends. */
const grace = 500;
/** Connections that wait in the operating system until they are accepted. */
const backlog = 511;

/**
 * The port of the service. The first process accepts all connections, and gives them to the workers in turn. The
 * cluster of Node does the same, but drops the connections that still wait when it stops.
 */
export interface Listener {
  /** The port that it listens at; 0 before. */
  readonly port: number;
  /** @throws MetricLearningError if another program has the port. */
  listen(port: number, host: string): Promise<void>;
  /** This process takes connections from now on. */
  join(child: Child): void;
  /** The process has taken the connection that it was given. */
  taken(child: Child): void;
  /** The process is gone. */
  leave(child: Child): void;
  /** Accepts for half a second still, closes the port, and ends when a process has taken each connection. */
  close(): Promise<void>;
}

export function createListener(): Listener {
  const waiting: Socket[] = [];
  const free: Child[] = [];
  const giving = new Set<Child>(); // those that were given one that they have not taken yet
  let accepted = 0;
  const give = (): void => {
    while (waiting.length > 0 && free.length > 0) {
      const child = free.shift() as Child;
      if (!child.isConnected()) continue;
      const socket = waiting.shift();
      giving.add(child);
      child.send({ kind: 'connection' }, socket, (error) => error && socket?.destroy());
    }
  };
  const server = createServer({ pauseOnConnect: true, noDelay: true }, (socket) => {
    socket.on('error', () => undefined); // the client is gone
    accepted++;
    waiting.push(socket);
    give();
  });

  return {
    get port() {
      return (server.address() as AddressInfo | null)?.port ?? 0;
    },
    async listen(port, host) {
      server.listen({ port, host, backlog });
      await once(server, 'listening').catch((error: NodeJS.ErrnoException) => {
        throw new MetricLearningError({
          where: 'service',
          expected: `to listen on ${host}:${port}`,
          got: error.message,
          fix: 'Choose another port by --port.',
        });
      });
    },
    join(child) {
      free.push(child);
      give();
    },
    taken(child) {
      if (giving.delete(child)) free.push(child);
      give();
    },
    leave(child) {
      giving.delete(child);
      if (free.includes(child)) free.splice(free.indexOf(child), 1);
    },
    async close() {
      await new Promise((resolve) => setTimeout(resolve, grace));
      // A turn of the event loop may accept one connection only, of those that wait in the operating system.
      for (let turn = 0, before = -1; turn <= backlog && accepted !== before; turn++) {
        before = accepted;
        await new Promise(setImmediate);
        await new Promise(setImmediate);
      }
      server.close();
      while (waiting.length + giving.size > 0 && free.length + giving.size > 0) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      for (const socket of waiting) socket.destroy(); // no process is left
    },
  };
}
