import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

interface Pair {
  readonly inner: Socket;
  outer: Socket | null;
  /** As its client has told PostgreSQL; empty for others. */
  name: string;
  isMuted: boolean;
}

/** In front of a server, as a network that is broken in the way that a test asks for. */
export interface FaultyRelay {
  readonly port: number;
  /**
   * From now on the connections that there are carry nothing, either way, and do not end: as when a firewall has
   * forgotten them. New ones work.
   * @param name only those of this application_name
   * @returns how many
   */
  mute(name?: string): number;
  /** Ends the connections that there are. */
  cut(): void;
  /** What new connections find: a server, one that accepts and says nothing, or nobody. */
  greetBy(how: 'server' | 'silence' | 'refusal'): void;
  /** Which server new connections find from now on, by its port on loopback; those that there are stay where they are. */
  leadTo(port: number): void;
  close(): Promise<void>;
}

export async function startFaultyRelay(targetPort: number): Promise<FaultyRelay> {
  const pairs = new Set<Pair>();
  let how: 'server' | 'silence' | 'refusal' = 'server';
  let leadsTo = targetPort;
  const server = createServer((inner) => {
    inner.on('error', () => undefined);
    if (how === 'refusal') return void inner.destroy();
    const pair: Pair = { inner, outer: null, name: '', isMuted: how === 'silence' };
    pairs.add(pair);
    inner.on('close', () => {
      pairs.delete(pair);
      pair.outer?.destroy();
    });
    if (how === 'server') join(pair, connect(leadsTo, '127.0.0.1'));
    // Who is greeted by silence is read, and not answered.
    else inner.resume();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    mute: (name) => {
      const meant = [...pairs].filter((pair) => name === undefined || pair.name === name);
      for (const pair of meant) pair.isMuted = true;
      return meant.length;
    },
    cut: () => {
      for (const { inner } of pairs) inner.destroy();
    },
    greetBy: (next) => {
      how = next;
    },
    leadTo: (next) => {
      leadsTo = next;
    },
    close: async () => {
      for (const { inner } of pairs) inner.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function join(pair: Pair, outer: Socket): void {
  pair.outer = outer;
  outer.on('error', () => pair.inner.destroy());
  outer.on('close', () => {
    if (!pair.isMuted) pair.inner.destroy();
  });
  pair.inner.once('data', (start: Buffer) => {
    pair.name = /application_name\0([^\0]*)/.exec(start.toString('latin1'))?.[1] ?? '';
  });
  pair.inner.on('data', (bytes) => {
    if (!pair.isMuted) outer.write(bytes);
  });
  outer.on('data', (bytes) => {
    if (!pair.isMuted) pair.inner.write(bytes);
  });
}
