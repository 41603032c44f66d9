import { seededRandom } from '../../../libs/stats/src/seeded-random.fixture.ts';

/** What can be wrong with a connection, a process, a server, a machine; all of it ends. */
export const KINDS = {
  /**
   * As in test/support/databases/faulty-relay.ts: `silence` kills the connections that there are for good, and new ones meet silence too
   * until it ends; `forget` kills those that there are and is over at once, as when a firewall was started anew; `stall` gives all of it later.
   */
  connection: ['stall', 'silence', 'forget', 'cut', 'delay', 'reset', 'half-close'],
  /** kill -9 and a start after its length; SIGSTOP and SIGCONT. */
  process: ['kill', 'stop'],
  /**
   * PostgreSQL: stopped in an orderly way, or by SIGKILL, and started again at the same place; new sessions may only read, and stay like
   * that (what new connections meet after a failover); every session is ended, again and again.
   */
  database: ['restart', 'crash', 'read-only', 'end-sessions'],
  /** Redis; `failover`: new connections lead to another one, which was its replica, and old ones to what may only read now. */
  redis: ['restart', 'crash', 'failover'],
  /** A file system that is full. */
  disk: ['full'],
  /** The clock of one machine is 20 minutes ahead. */
  clock: ['jump'],
} as const;
export type PlaceKind = keyof typeof KINDS;
/** Of some of the connections of a relay only; those that scenes name, and no draw. */
export const PARTIAL_KINDS = ['forget-pool', 'forget-listener', 'lose-words'] as const;
export type FaultKind = (typeof KINDS)[PlaceKind][number] | (typeof PARTIAL_KINDS)[number];

/** Where something can be wrong; `weight`: how often it is drawn. */
export interface Place {
  readonly name: string;
  readonly kind: PlaceKind;
  readonly weight: number;
}

export interface Fault {
  readonly kind: FaultKind;
  readonly place: string;
  /** In ms since the round began. */
  readonly startMs: number;
  readonly lengthMs: number;
  /** Of each piece, where the kind is `delay`. */
  readonly delayMs: number;
}

const MOST_AT_ONCE = 5;
const LEAST_LENGTH_MS = 800;

/**
 * The faults of one round, by start: one to five, never two at one place at a time. The same for the same seed,
 * round and places, whatever happened before.
 */
export function drawRound(
  seed: number,
  round: number,
  places: readonly Place[],
  roundMs: number,
): readonly Fault[] {
  const random = seededRandom(seed * 1_000 + round);
  const upTo = (n: number): number => Math.floor(random() * n);
  const faults: Fault[] = [];
  for (let left = 1 + upTo(MOST_AT_ONCE); left > 0; left--) {
    const place = drawPlace(places, random());
    const kinds = KINDS[place.kind];
    const kind = kinds[upTo(kinds.length)] ?? kinds[0];
    const startMs = upTo(roundMs / 2);
    const lengthMs = LEAST_LENGTH_MS + upTo(roundMs - startMs - LEAST_LENGTH_MS);
    const fault = { kind, place: place.name, startMs, lengthMs, delayMs: 20 + upTo(400) };
    if (!faults.some((other) => other.place === fault.place)) faults.push(fault);
  }
  return faults.sort((a, b) => a.startMs - b.startMs);
}

function drawPlace(places: readonly Place[], at: number): Place {
  let rest = at * places.reduce((sum, { weight }) => sum + weight, 0);
  const found = places.find(({ weight }) => (rest -= weight) < 0) ?? places.at(-1);
  if (!found) throw new Error('there is no place for a fault');
  return found;
}

export const inWords = ({ kind, place, startMs, lengthMs, delayMs }: Fault): string =>
  `${place}: ${kind}${kind === 'delay' ? ` by ${delayMs} ms` : ''} from ${(startMs / 1_000).toFixed(1)} s for ${(lengthMs / 1_000).toFixed(1)} s`;
