import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Breach } from '../support/memory/breach.ts';
import { MemoryDatabase } from '../support/memory/memory-stores.ts';
import { type Command, commandsUpTo, MODELS } from './commands/commands.ts';
import { checkAll, expectHarmEnds, expectNobodyIsStuck, play } from './play.ts';
import { bringAbout, scenes } from './scene.ts';

/*
 * Any number of workers, people, gateways and CI jobs in any order, on two models of which one
 * consumes the other. After every command the invariants of DESIGN 4 must hold, and at the end the
 * whole record must. The same on PostgreSQL: test/integration/engine-model.test.ts. Each invariant names the
 * mutants (mutants/) that it has been seen to catch.
 */
/** Fewer for a quick look: `MODEL_RUNS=500`; 10,000 in `npm run test:nightly`. */
const RUNS = Number(process.env['MODEL_RUNS'] ?? 400);
/** A mutant (mutants/) is caught by one breach, however long the commands are that lead there. */
const ENDS = { endOnFailure: process.env['MUTANT'] !== undefined };

/** Often the clock is set back in the end: all that waits was written by one that was ahead. */
const settings = fc.constantFrom(0, 0, -20_000, -5 * 3_600_000);

/** Its server moves while an approval is waited for: the harm after that is of the step before the approval (seen red: it was of no step). */
const MOVES_AT_APPROVAL: Command[] = [
  ...Array.from({ length: 9 }, () => ({ name: 'register' as const, n: 0, bad: true, crash: null })),
  { name: 'losesProof', n: 71, bad: true, crash: null },
  { name: 'deploy', n: 0, bad: false, crash: null },
  { name: 'goOn', n: 663, bad: true, crash: 12 },
  { name: 'register', n: 0, bad: true, crash: null },
];

/**
 * The clock is set back by hours in a step. Counts without slices of time were given the slice of their arrival: all that came after was in one long
 * slice with what had come before, weighed as one request, and no harm was seen (red for an afternoon).
 */
const SET_BACK_IN_A_STEP: Command[] = [
  ...Array.from({ length: 5 }, () => ({ name: 'register' as const, n: 0, bad: true, crash: 0 })),
  { name: 'register', n: 0, bad: true, crash: null },
  { name: 'goOn', n: 0, bad: true, crash: null },
  { name: 'register', n: 0, bad: true, crash: 0 },
  { name: 'register', n: 3, bad: true, crash: null },
];

/** How far the runs got, so that a test that reaches nothing is noticed. */
const reached = new Map<string, number>();

describe('the engine, whatever happens in whatever order', () => {
  it(
    'keeps the invariants of DESIGN 4 in 10,000 runs',
    async () => {
      await fc.assert(
        fc.asyncProperty(commandsUpTo(60), async (commands) => {
          const { db } = await play(commands, new MemoryDatabase());
          for (const { type, data } of [...db.state.events.values()].flat()) {
            const what = type === 'rollout.advanced' ? `${type} ${String(data['mode'])}` : type;
            reached.set(what, (reached.get(what) ?? 0) + 1);
          }
        }),
        { numRuns: RUNS, ...ENDS },
      );
      if (RUNS < 4_000) return;
      for (const what of [
        'rollout.advanced shadow',
        'rollout.advanced canary',
        'rollout.advanced approval',
        'rollout.approved',
        'rollout.promoted',
        'rollout.succeeded',
        'rollout.rolled_back',
        'rollout.aborted',
        'rollout.superseded',
        'rollout.dequeued',
        'rollout.waits',
        'version.deleted',
        'rollout.paused',
        'rollout.resumed',
        'rollout.clock_stopped',
        'rollout.clock_resumed',
        'rollout.start_period_over',
      ])
        expect([what, (reached.get(what) ?? 0) >= 2]).toEqual([what, true]);
    },
    90 * 60_000,
  );

  it(
    'brings every rollout to an end, or before a person, once things go well again',
    async () => {
      await fc.assert(
        fc.asyncProperty(commandsUpTo(40), settings, async (commands, setBy) => {
          const world = await play(commands, new MemoryDatabase());
          await world.setClock(setBy);
          await expectNobodyIsStuck(world);
          await checkAll(world);
        }),
        { numRuns: Math.ceil(RUNS / 5), ...ENDS },
      );
    },
    45 * 60_000,
  );

  it(
    'takes off whatever does harm, also where a person has the say',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          commandsUpTo(30),
          scenes(MODELS),
          fc.constantFrom('callers' as const, 'source' as const),
          settings,
          async (commands, scene, by, setBy) => {
            const world = await play(commands, new MemoryDatabase());
            await bringAbout(world, scene);
            await world.setClock(setBy);
            await expectHarmEnds(world, by);
            await checkAll(world);
          },
        ),
        {
          numRuns: Math.ceil(RUNS / 6),
          examples: [
            [MOVES_AT_APPROVAL, { model: 'embedder', policy: 0, turns: 0, isPaused: false }, 'callers', 0],
            [
              SET_BACK_IN_A_STEP,
              { model: 'ranker', policy: 0, turns: 3, isPaused: false },
              'callers',
              -5 * 3_600_000,
            ],
          ],
          ...ENDS,
        },
      );
    },
    45 * 60_000,
  );

  it('is caught when the revision check is taken out', async () => {
    const broken = await fc.check(
      fc.asyncProperty(commandsUpTo(60), async (commands) => {
        await play(commands, new MemoryDatabase(false));
      }),
      { numRuns: 10_000, endOnFailure: true },
    );
    expect(broken.failed).toBe(true);
    // By a breach of an invariant, not by an accident of the test.
    expect(broken.errorInstance).toBeInstanceOf(Breach);
  }, 600_000);
});
