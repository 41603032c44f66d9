import { seededRandom } from '../../../libs/stats/src/seeded-random.fixture.ts';
import type { Fault, FaultKind } from './schedule.ts';

/** Faults that belong together: each aims at one way in which something half alive has kept the product from its word. */
export interface Scene {
  readonly name: string;
  readonly faults: readonly Fault[];
  /** What must be there: a place by name. */
  readonly needs?: string;
  /** At least, where what was broken may take longer to show. */
  readonly calmMs?: number;
  /** Watched for longer after all should be well: what is broken in one attempt of a few. */
  readonly moreMs?: number;
  /** Only jobs are kept there: nothing that callers or people ask for may wait for it. */
  readonly isOfQueueOnly?: true;
}

const fault = (place: string, kind: FaultKind, startS: number, lengthS: number): Fault => ({
  ...{ place, kind, startMs: startS * 1_000, lengthMs: lengthS * 1_000, delayMs: 0 },
});
const DATABASE = ['api → database', 'worker-1 → database', 'worker-2 → database'];
const REDIS = ['worker-1 → redis', 'worker-2 → redis'];
const at = (places: readonly string[], kind: FaultKind, startS: number, lengthS: number): readonly Fault[] =>
  places.map((place) => fault(place, kind, startS, lengthS));

/** An instant: what is forgotten stays so. */
const AT_ONCE = 0.05;

export const SCENES: readonly Scene[] = [
  {
    name: 'a firewall forgets all connections to the database',
    faults: at(DATABASE, 'forget', 1, AT_ONCE),
  },
  {
    name: 'it forgets the one that listens',
    faults: [fault('api → database', 'forget-listener', 1, AT_ONCE)],
  },
  {
    name: 'it forgets those of the pools, and the one that listens lives',
    faults: at(DATABASE, 'forget-pool', 1, AT_ONCE),
  },
  {
    name: 'new connections meet silence, and later all are forgotten once more',
    faults: [
      fault('api → database', 'silence', 0.5, 5),
      fault('api → database', 'forget', 14, AT_ONCE),
      fault('worker-1 → database', 'silence', 0.5, 5),
    ],
  },
  {
    name: 'a silence of a quarter of a minute',
    faults: [fault('api → database', 'silence', 0.5, 18)],
  },
  {
    name: 'notifications are lost on their way',
    faults: [fault('api → database', 'lose-words', 0.3, 8)],
  },
  {
    name: 'a firewall forgets the streams of routes',
    faults: at(['gateway-1 → api', 'gateway-2 → api'], 'forget', 1, AT_ONCE),
  },
  {
    name: 'a proxy loses what the stream of routes says',
    faults: [fault('gateway-2 → api', 'lose-words', 0.3, 8)],
  },
  {
    name: 'new sessions of the database may only read, and stay like that',
    faults: [fault('database', 'read-only', 0.5, 9)],
    moreMs: 10_000,
  },
  {
    name: 'PostgreSQL ends every session, again and again',
    faults: [fault('database', 'end-sessions', 0.5, 4)],
  },
  {
    name: 'transactions wait for longer than PostgreSQL allows',
    // Each statement takes two thirds of a second by then, so that some transaction is between two of them when all stops.
    faults: [
      { ...fault('api → database', 'delay', 0.2, 9), delayMs: 300 },
      { ...fault('worker-2 → database', 'delay', 0.2, 9), delayMs: 300 },
      fault('api → database', 'stall', 3, 7),
      fault('worker-2 → database', 'stall', 4, 7),
    ],
  },
  {
    name: 'an api and a worker stop in the middle of what they do, and go on',
    faults: [fault('api', 'stop', 0.5, 6.5), fault('worker-1', 'stop', 1, 9)],
  },
  {
    name: 'the server of a primary is gone',
    faults: [fault('outage primary', 'cut', 0.5, 14)],
  },
  {
    name: 'Redis says nothing',
    faults: at(REDIS, 'silence', 0.5, 24),
    ...{ needs: 'redis', isOfQueueOnly: true, calmMs: 24_000 },
  },
  {
    name: 'Redis is forgotten by a firewall',
    faults: at(REDIS, 'forget', 0.5, AT_ONCE),
    ...{ needs: 'redis', isOfQueueOnly: true, calmMs: 36_000 },
  },
  {
    name: 'Redis fails over',
    faults: [fault('redis', 'failover', 0.5, 4)],
    ...{ needs: 'redis', isOfQueueOnly: true, calmMs: 14_000 },
  },
  {
    name: 'the clock of a worker is 20 minutes ahead for a while',
    faults: [fault('worker-2 clock', 'jump', 0.5, 8)],
    needs: 'worker-2 clock',
  },
  {
    name: 'the disk of a gateway is full when it is killed',
    faults: [fault('gateway-1 disk', 'full', 0.3, 6), fault('gateway-1', 'kill', 3, 1)],
    needs: 'gateway-1 disk',
  },
];

/**
 * The scenes in an order that the seed draws: each one once before any comes again.
 * @param places there are; scenes that need another one are left out
 */
export function sceneAt(seed: number, n: number, places: readonly string[]): Scene {
  const there = SCENES.filter(({ needs }) => needs === undefined || places.includes(needs));
  const turn = Math.floor(n / there.length);
  const random = seededRandom(seed * 7_919 + turn);
  const order = there
    .map((scene) => ({ scene, by: random() }))
    .sort((a, b) => a.by - b.by)
    .map(({ scene }) => scene);
  const scene = order[n % there.length];
  if (!scene) throw new Error('there is no scene');
  return scene;
}

/** How many there are for these places. */
export const sceneCount = (places: readonly string[]): number =>
  SCENES.filter(({ needs }) => needs === undefined || places.includes(needs)).length;

/** @throws Error for a name that none has */
export function sceneNamed(name: string): Scene {
  const found = SCENES.find((scene) => scene.name === name);
  if (!found) throw new Error(`there is no scene "${name}"`);
  return found;
}
