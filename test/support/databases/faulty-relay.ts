import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { type Manner, RelayPair } from './relay-pair.ts';

/** In front of a server, as a network that is broken in the way that a test asks for. */
export interface FaultyRelay {
  readonly port: number;
  /**
   * From now on the connections that there are carry nothing, either way, and do not end, nor is their end heard of at the other side: as when a
   * firewall has forgotten them. New ones work.
   * @param name only those of this application_name
   * @returns how many
   */
  mute(name?: string): number;
  /** What the server sends goes through this, piece by piece, and may be less; `null`: all of it arrives. */
  loseBy(lose: ((bytes: Buffer) => Buffer) | null): void;
  /** Is told of each piece that a client sends, before it is carried, and of that client's application_name; `null`: nobody is. */
  heedBy(heed: ((bytes: Buffer, name: string) => void) | null): void;
  /** Ends the connections that there are. */
  cut(): void;
  /** The same, by a reset (RST). */
  reset(): void;
  /** Holds back what comes, of old and new connections, either way; `false` lets it go on, all of it, in its order. */
  stall(isStalled: boolean): void;
  /** Each piece that comes from now on, either way, takes so long; 0: none. */
  delayBy(ms: number): void;
  /** The clients of the connections that there are hear an end; the server hears nothing of it until `endOrphans`. */
  halfClose(): void;
  /** Ends what `halfClose` and `mute` have left open at the server. */
  endOrphans(): void;
  /** What new connections find: a server, one that accepts and says nothing, or nobody. */
  greetBy(how: 'server' | 'silence' | 'refusal'): void;
  /** Which server new connections find from now on, by its port on loopback; those that there are stay where they are. */
  leadTo(port: number): void;
  close(): Promise<void>;
}

/** @param fixedPort where it is to listen; 0: anywhere */
export async function startFaultyRelay(targetPort: number, fixedPort = 0): Promise<FaultyRelay> {
  const pairs = new Set<RelayPair>();
  const orphans = new Set<Socket>();
  const manner: Manner = { isStalled: false, delayMs: 0, lose: null, heed: null };
  let how: 'server' | 'silence' | 'refusal' = 'server';
  let leadsTo = targetPort;
  const server = createServer({ allowHalfOpen: true }, (inner) => {
    inner.on('error', () => undefined);
    if (how === 'refusal') return void inner.destroy();
    // Who is greeted by silence is read, and not answered.
    const outer =
      how === 'server' ? connect({ port: leadsTo, host: '127.0.0.1', allowHalfOpen: true }) : null;
    const pair: RelayPair = new RelayPair(inner, outer, manner, () => pairs.delete(pair));
    pairs.add(pair);
  });
  await new Promise<void>((resolve) => server.listen(fixedPort, '127.0.0.1', resolve));
  const keep = (orphan: Socket | null): void => {
    if (orphan) orphans.add(orphan.once('close', () => orphans.delete(orphan)));
  };
  const endOrphans = (): void => {
    for (const socket of orphans) socket.destroy();
    orphans.clear();
  };
  return {
    port: (server.address() as AddressInfo).port,
    mute: (name) => {
      const meant = [...pairs].filter((pair) => name === undefined || pair.name === name);
      for (const pair of meant) keep(pair.mute());
      return meant.length;
    },
    cut: () => {
      for (const pair of pairs) pair.end();
    },
    reset: () => {
      for (const pair of pairs) pair.reset();
    },
    stall: (isStalled) => {
      manner.isStalled = isStalled;
      for (const pair of pairs) pair.goOn();
    },
    loseBy: (lose) => {
      manner.lose = lose;
    },
    heedBy: (heed) => {
      manner.heed = heed;
    },
    delayBy: (ms) => {
      manner.delayMs = ms;
    },
    halfClose: () => {
      for (const pair of pairs) keep(pair.halfClose());
    },
    endOrphans,
    greetBy: (next) => {
      how = next;
    },
    leadTo: (next) => {
      leadsTo = next;
    },
    close: async () => {
      for (const pair of pairs) pair.end();
      endOrphans();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
