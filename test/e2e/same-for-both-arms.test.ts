import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { judgeGates, parsePolicy } from '#libs/rollout';
import { boundsAtRank, type Sketch, type Tally } from '#libs/stats';
import { askAs, type Manner } from '../support/callers/any-caller.ts';
import { type EvidenceSink, startEvidenceSink } from '../support/gateways/evidence-sink.ts';
import { fuzzBudget, fuzzRounds, fuzzTimeoutMs } from '../support/fuzz-budget.ts';
import { type LoneGateway, routeTo, startLoneGateway } from '../support/gateways/lone-gateway.ts';
import { startToldServer, type Told, toQuery } from '../support/model-servers/told-server.ts';

/** One round in CI. */
const BUDGET = fuzzBudget(0);
const ROUND_MS = 40_000;
const GENERATED = 6;
/** Of any arm: a third of some worlds' answers take longer. */
const ANSWER_MS = 800;
const MIB = 1_048_576;

/** Two servers that are equal, and who calls them. Each request is told what becomes of it before its arm is known. */
interface World {
  readonly what: string;
  /** Basis points. */
  readonly weight: number;
  readonly everyMs: number;
  readonly acceptMs: number;
  readonly keepsSeconds: number;
  /** Taken in turn, as `manners` and `bodies` are; of different lengths, so that all meet all. */
  readonly told: readonly Told[];
  readonly manners: readonly Manner[];
  readonly bodies: readonly number[];
}

const QUICK: Told = { bytes: 20, firstMs: 2, pieces: 1, gapMs: 0, status: 200, framing: 'length' };
const READS: Manner = { readPauseMs: 0, writePauseMs: 0, leavesAfterMs: null };
const HALF: Omit<World, 'what'> = {
  ...{ weight: 5_000, everyMs: 250, acceptMs: 0, keepsSeconds: 5 },
  ...{ told: [QUICK], manners: [READS], bodies: [2] },
};

/** Each of these told equal servers apart. */
const KNOWN: readonly World[] = [
  {
    ...{ ...HALF, what: 'callers on slow lines', everyMs: 800 },
    ...{ told: [{ ...QUICK, bytes: 6 * MIB }], manners: [{ ...READS, readPauseMs: 15 }] },
  },
  {
    ...{ ...HALF, what: 'few requests for the candidate, and connections that take long', everyMs: 110 },
    ...{ weight: 700, acceptMs: 80, keepsSeconds: 2 },
  },
  {
    ...{ ...HALF, what: 'answers that are larger than what is kept', everyMs: 600 },
    ...{ told: [{ ...QUICK, bytes: 9 * MIB }, QUICK] },
  },
  { ...{ ...HALF, what: 'bodies that only the primary can take', everyMs: 400 }, bodies: [9 * MIB, 2] },
  {
    ...{ ...HALF, what: 'answers that take longer than a candidate has' },
    told: [QUICK, QUICK, { ...QUICK, firstMs: ANSWER_MS + 600 }],
  },
  {
    ...{ ...HALF, what: 'drips that take longer than a candidate has' },
    told: [QUICK, QUICK, { ...QUICK, bytes: 500, pieces: 8, gapMs: ANSWER_MS / 4, framing: 'chunked' }],
  },
  {
    ...{ ...HALF, what: 'servers that close each connection', acceptMs: 20 },
    told: [{ ...QUICK, framing: 'close' }],
  },
];

const told: fc.Arbitrary<Told> = fc.record({
  bytes: fc.constantFrom(0, 20, 4_096, 200_000, 2 * MIB),
  firstMs: fc.constantFrom(0, 5, 60, ANSWER_MS + 500),
  pieces: fc.constantFrom(1, 1, 5, 40),
  gapMs: fc.constantFrom(0, 1, 10),
  status: fc.constantFrom(200, 200, 200, 404, 503),
  framing: fc.constantFrom('length', 'chunked', 'close'),
});
const manner: fc.Arbitrary<Manner> = fc.record({
  readPauseMs: fc.constantFrom(0, 0, 5, 40),
  writePauseMs: fc.constantFrom(0, 0, 50),
  leavesAfterMs: fc.constantFrom(null, null, 3, 300, ANSWER_MS + 200),
});
const world: fc.Arbitrary<World> = fc.record({
  what: fc.constant('generated'),
  weight: fc.constantFrom(1_000, 3_000, 5_000, 8_000),
  everyMs: fc.integer({ min: 100, max: 400 }),
  acceptMs: fc.constantFrom(0, 30),
  keepsSeconds: fc.constantFrom(2, 5),
  told: fc.array(told, { minLength: 1, maxLength: 4 }),
  manners: fc.array(manner, { minLength: 1, maxLength: 3 }),
  bodies: fc.array(fc.constantFrom(2, 2, 100_000), { minLength: 1, maxLength: 5 }),
});

let sink: EvidenceSink;
beforeAll(async () => {
  sink = await startEvidenceSink();
});
afterAll(() => sink.stop());

const idOf = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

/** Callers of one world, until the time is up and all of them have gone. */
async function call(gateway: LoneGateway, n: number, one: World, until: number): Promise<void> {
  const under: Promise<unknown>[] = [];
  const take = <T>(from: readonly T[], i: number): T => from[i % from.length] as T;
  for (let i = 0; performance.now() < until; i++) {
    under.push(
      askAs(take(one.manners, i), {
        ...{ port: gateway.port, unit: `unit-${i}`, bodyBytes: take(one.bodies, i) },
        path: `/models/w${n}/infer?${toQuery(take(one.told, Math.floor(i / one.manners.length)))}`,
      }),
    );
    await sleep(one.everyMs);
  }
  await Promise.all(under);
}

const medianOf = ({ latency }: Tally): number =>
  boundsAtRank(latency, Math.ceil(latency.count / 2))?.upper ?? NaN;

/** Kolmogorov and Smirnov's test of two samples, at a level of about 0.001 (Smirnov 1948: 1.95 for 0.001). */
function isOtherDistribution(one: Sketch, other: Sketch): boolean {
  const indexes = [...new Set([one, other].flatMap(({ buckets }) => Object.keys(buckets).map(Number)))];
  let [seenOne, seenOther, distance] = [0, 0, 0];
  for (const index of indexes.sort((a, b) => a - b)) {
    seenOne += one.buckets[index] ?? 0;
    seenOther += other.buckets[index] ?? 0;
    distance = Math.max(distance, Math.abs(seenOne / one.count - seenOther / other.count));
  }
  return distance > 1.95 * Math.sqrt(1 / one.count + 1 / other.count);
}

/** What tells these two apart, by the product's own judge and by the medians, one way and the other. */
function differences(one: World, primary: Tally, candidate: Tally): string[] {
  const gates = [
    { metric: 'error_rate', maxIncrease: 0.05 },
    { metric: 'latency_p50', maxIncreaseRatio: 1.5 },
    { metric: 'latency_p95', maxIncreaseRatio: 1.5 },
    { metric: 'sample_ratio' },
  ];
  const judge = (weight: number, baseline: Tally, trial: Tally, which: string): string[] => {
    const canary = { weight: `${weight / 100}%`, minRequests: 1, maxDuration: '1h' };
    const policy = parsePolicy({ name: 'equal', steps: [{ canary }], gates });
    const arms = { primary: baseline, candidate: trial, shadow: { ...trial, requests: 0 }, sources: {} };
    return (
      judgeGates(policy, 0, { 0: arms }, 3_600_000)
        // That next to nobody was answered is said of either arm alone, and tells nothing apart.
        .filter(({ verdict, gate }) => verdict === 'fail' && gate !== 'served')
        .map(({ gate, because }) => `${gate} (${which}): ${because}`)
    );
  };
  const found = [
    ...judge(one.weight, primary, candidate, 'the candidate'),
    ...judge(10_000 - one.weight, candidate, primary, 'the primary'),
  ];
  const [p, c] = [medianOf(primary), medianOf(candidate)];
  const enough = Math.min(primary.latency.count, candidate.latency.count) >= 10;
  // What a loaded machine adds to one arm by chance.
  const isFar = Math.max(p, c) > 3 * Math.min(p, c) && Math.abs(p - c) > 40;
  // Where half of the answers are quick and half are slow, a median is either by chance.
  if (enough && isFar && isOtherDistribution(primary.latency, candidate.latency))
    found.push(`medians: ${p.toFixed(1)} and ${c.toFixed(1)} ms`);
  return found;
}

/** Plays worlds side by side on one gateway. @returns what told equal servers apart, and how much was counted */
async function play(worlds: readonly World[], first: number) {
  const servers = await Promise.all(
    worlds.map(async ({ acceptMs, keepsSeconds }) =>
      Promise.all([startToldServer(acceptMs, keepsSeconds), startToldServer(acceptMs, keepsSeconds)]),
    ),
  );
  const routes = servers.map(([primary, candidate], i) =>
    routeTo(`w${first + i}`, primary.url, {
      candidate: { version: 2, url: candidate.url, mode: 'canary', weight: worlds[i]?.weight ?? 0 },
      rolloutId: idOf(first + i),
    }),
  );
  const gateway = await startLoneGateway(routes, {
    ...{ API_URL: sink.url, CANDIDATE_TIMEOUT_MS: String(ANSWER_MS) },
  });
  const until = performance.now() + ROUND_MS;
  try {
    await Promise.all(worlds.map((one, i) => call(gateway, first + i, one, until)));
  } finally {
    await gateway.stop();
    await Promise.all(servers.flat().map((server) => server.stop()));
  }
  return worlds.map((one, i) => {
    const tallies = [
      sink.tally(idOf(first + i), 'primary'),
      sink.tally(idOf(first + i), 'candidate'),
    ] as const;
    const [primary, candidate] = tallies;
    return {
      ...{ one, primary: primary.requests, candidate: candidate.requests },
      medians: tallies.map(medianOf),
      apart: differences(one, primary, candidate),
    };
  });
}

it(
  'two servers that are equal are never told apart, whatever they answer, whoever calls them, and by whatever weight',
  async () => {
    let first = 1;
    await fuzzRounds(BUDGET, async (seed) => {
      const worlds = [...KNOWN, ...fc.sample(world, { seed, numRuns: GENERATED })];
      const results = await play(worlds, first);
      first += worlds.length;
      expect(
        results
          .filter(({ apart }) => apart.length > 0)
          .map((result) => ({
            ...result,
            one: result.one.what === 'generated' ? result.one : result.one.what,
          })),
      ).toEqual([]);
      // Something was counted wherever something can be.
      for (const { one, primary, candidate } of results.slice(0, KNOWN.length))
        expect([one.what, primary > 5, candidate > 5]).toEqual([one.what, true, true]);
    });
  },
  fuzzTimeoutMs(BUDGET),
);
