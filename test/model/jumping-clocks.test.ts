import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EvidenceCollector } from '#libs/data-plane';
import { ingestEvidence, reconcileRollout } from '#libs/engine';
import { seededRandom } from '../../libs/stats/src/seeded-random.fixture.ts';
import { deployed, reconcilePorts, register } from '../support/builders.ts';
import { MemoryDatabase } from '../support/memory/memory-stores.ts';

/*
 * One step, two gateways that count as they do, and clocks that are set: of each gateway's machine and of the database's, ahead and back, by a minute or
 * by days, at any moment. A candidate that begins to do harm is found about as soon as where no clock is set.
 * Mutants: `slices-of-a-later-time`, `slices-of-a-slow-clock-are-old`.
 */

const HOUR_S = 3_600;
type Machine = 'database' | 'gateway 1' | 'gateway 2';
type Whose = Machine | 'both gateways';
/** At a second of the step a clock is set, by so many seconds. */
interface Jump {
  readonly at: number;
  readonly whose: Whose;
  readonly by: number;
}
/** `pauses`: no harm; each version by itself stands still for two seconds of each forty. */
type Harm = 'slow' | 'fails' | 'pauses';

/** Requests of each gateway in a second, half of them the candidate's. */
const A_SECOND = 60;
/** Harm begins at this second. */
const GOOD_FOR = 60;

/** Some moment; shortly before a longest slice begins; and so that a step runs over that, or a clock that is hours ahead is beyond it. */
const MOMENTS = [
  1_700_000_000_000,
  27 * 2 ** 26 * 1_000 - 45_300,
  27 * 2 ** 26 * 1_000 - HOUR_S * 1_000,
  27 * 2 ** 26 * 1_000 + HOUR_S * 1_000,
] as const;
const moment = fc.constantFrom<number>(...MOMENTS);

/** @returns the second in which the candidate is taken off; `null`: it is not */
async function takenOffAt(
  harm: Harm,
  jumps: readonly Jump[],
  until: number,
  seed = 1,
  startMs: number = MOMENTS[0],
): Promise<number | null> {
  const db = new MemoryDatabase(true, true);
  db.nowMs = startMs;
  const random = seededRandom(seed);
  const ports = reconcilePorts(db.uow);
  const look = async (id: string) => (await reconcileRollout(ports, id))?.kind;
  const first = await register(db.uow, 'm');
  await deployed(db.uow, first);
  await look(first.rollout?.id ?? '');
  const second = await register(db.uow, 'm', { rollout: { policy: POLICY } });
  await deployed(db.uow, second);
  const id = second.rollout?.id ?? '';
  await look(id);
  const began = db.nowMs;
  const off: Record<Machine, number> = { database: 0, 'gateway 1': 0, 'gateway 2': 0 };
  const [one, other] = [random() * 40, random() * 40];
  const pauses = {
    candidate: (now: number): boolean => (now + one) % 40 < 2,
    primary: (now: number): boolean => (now + other) % 40 < 2,
  };
  let at = 0;
  const planes = (['gateway 1', 'gateway 2'] as const).map((gateway) => {
    const clock = (): number => began + at * 1_000 + off[gateway] * 1_000;
    return { gateway, clock, collector: new EvidenceCollector(clock), sequence: 0 };
  });
  for (; at < until; at += 0.5) {
    for (const { at: when, whose, by } of jumps)
      if (when === at) for (const one of machinesOf(whose)) off[one] += by;
    db.nowMs = began + (at + off.database) * 1_000;
    const route = db.state.routes.findLast((one) => one.model === 'm');
    if (!route?.candidate) return at;
    for (const plane of planes) {
      for (let i = 0; i < A_SECOND / 2; i++) {
        const unitHash = Math.floor(random() * 2 ** 32);
        const arm = random() < 0.5 ? 'candidate' : 'primary';
        const isBad = arm === 'candidate' && at >= GOOD_FOR;
        const failed = random() < (isBad && harm === 'fails' ? 0.3 : 0.01);
        const pause = harm === 'pauses' && pauses[arm](at) ? 300 : 0;
        const latencyMs = 20 * Math.exp(random()) * (isBad && harm === 'slow' ? 3 : 1) + pause;
        plane.collector.count(route, arm, {
          failed,
          latencyMs,
          unitHash,
          unitGroup: unitHash % 32,
          segments: [],
        });
      }
      await ingestEvidence(db.uow, {
        ...{ gateway: plane.gateway, boot: 'b', sequence: ++plane.sequence, clock: plane.clock },
        ...{ acknowledged: [{ model: 'm', revision: route.revision }], entries: plane.collector.drain() },
      });
    }
    if (at % 2 === 0) await look(id);
  }
  return null;
}

const machinesOf = (whose: Whose): readonly Machine[] =>
  whose === 'both gateways' ? ['gateway 1', 'gateway 2'] : [whose];

const POLICY = {
  name: 'jumps',
  steps: [{ canary: { weight: '50%', minRequests: 1_000_000, maxDuration: '30d' } }],
  gates: [
    { metric: 'error_rate', maxIncrease: 0.02, startPeriod: '0s' },
    { metric: 'latency_p95', maxIncreaseRatio: 1.25, startPeriod: '0s' },
  ],
};

const jump = fc.record({
  at: fc.integer({ min: 2, max: GOOD_FOR + 4 }),
  whose: fc.constantFrom<Whose>('database', 'gateway 1', 'gateway 2', 'both gateways'),
  by: fc.constantFrom(
    -3 * 24 * HOUR_S,
    -5 * HOUR_S,
    -2_500,
    -70,
    -60.2,
    -45,
    -8,
    8,
    45,
    59.7,
    70,
    2_500,
    5 * HOUR_S,
    3 * 24 * HOUR_S,
  ),
});

/** Each alone first: a generator seldom draws a clock that is set back after it was ahead. */
const ALONE: readonly (readonly [Jump[]])[] = (['database', 'gateway 1', 'both gateways'] as const).flatMap(
  (whose) =>
    [
      [[{ at: 30, whose, by: 5 * HOUR_S }]],
      [[{ at: 30, whose, by: -5 * HOUR_S }]],
      [
        [
          { at: 10, whose, by: 5 * HOUR_S },
          { at: 55, whose, by: -5 * HOUR_S },
        ],
      ],
    ] as [Jump[]][],
);

describe('a step in which clocks are set', () => {
  it.each(['slow', 'fails'] as const)(
    'harm is found about as soon as where none is: a candidate that %s',
    async (harm) => {
      const calm = await takenOffAt(harm, [], 300);
      if (calm === null) throw new Error('harm is not found where no clock is set');
      const soon = GOOD_FOR + 3 * (calm - GOOD_FOR) + 10;
      await fc.assert(
        fc.asyncProperty(fc.array(jump, { minLength: 1, maxLength: 4 }), moment, async (jumps, startMs) => {
          expect(await takenOffAt(harm, jumps, soon, 1, startMs)).not.toBeNull();
        }),
        { numRuns: ALONE.length + 6, examples: ALONE.map(([jumps], i) => [jumps, MOMENTS[i % 4] ?? 0]) },
      );
    },
    600_000,
  );

  it('a good candidate is not taken off for it, also where its pauses go together', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(jump, { minLength: 1, maxLength: 4 }),
        fc.nat(1_000),
        moment,
        async (jumps, seed, startMs) => {
          expect(await takenOffAt('pauses', jumps, 120, seed, startMs)).toBeNull();
        },
      ),
      {
        numRuns: ALONE.length + 6,
        examples: ALONE.map(([jumps], i) => [[...jumps], 5, MOMENTS[i % 4] ?? 0]),
      },
    );
  }, 600_000);
});
