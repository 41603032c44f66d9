import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DomainError } from '#libs/kernel';
import {
  actOnRollout,
  applyDecision,
  lockModel,
  lockModelAmong,
  policyOf,
  Probes,
  promoteVersion,
  type Reach,
  rollBack,
  setEnvironment,
  startRollout,
  type Stores,
} from '#libs/engine';
import type { Decision } from '#libs/rollout';
import { deployed, register, SMALL_POLICY } from '../support/builders.ts';
import { MemoryDatabase } from '../support/memory/memory-stores.ts';
import { isProvenIn } from './invariants/environment-invariant.ts';

/*
 * What was found in bytes last, in the environment before, says whether they may be released in the next one: over generated histories of
 * two artifacts under many numbers, what a release is told there is what the record of the one before says.
 * Red before: bytes that had been proven, were registered anew and rolled back in their bake, or in their canary, counted as proven.
 */
const [STAGING, PROD] = ['staging', 'prod'];
const BY = { actor: 'ann', authority: 'admin' } as const;
const REACH: Reach = { name: 't', models: null, mayQuery: true, mayAskUrls: true, uploader: null };
const POLICY = { ...SMALL_POLICY, onNewVersion: 'refuse', rollbackWindow: '0s' };
const artifact = (of: number) => ({ uri: 'https://a.example/m', digest: `sha256:${String(of).repeat(64)}` });
const BYTES = [1, 2] as const;

const moves = fc.oneof(
  fc.record({ does: fc.constant('register' as const), n: fc.constantFrom(...BYTES) }),
  fc.record({ does: fc.constantFrom('release' as const, 'promote' as const), n: fc.nat(7) }),
  fc.record({
    does: fc.constantFrom(...(['goesOn', 'passes', 'passes', 'harms', 'harms', 'abort', 'back'] as const)),
    n: fc.constant(0),
  }),
);
type Move = (typeof moves extends fc.Arbitrary<infer T> ? T : never) & { readonly n: number };

/** Staging and prod, which comes after it, serve artifact 3; prod has one version of each artifact in question. */
async function chain(): Promise<MemoryDatabase> {
  const db = new MemoryDatabase();
  for (const model of [STAGING, PROD]) {
    await made(db, model, 3);
    await db.uow.run((stores) => promoted(stores, model, 1));
  }
  for (const of of BYTES) await made(db, PROD, of);
  await db.uow.run(async (stores) => {
    const model = (await lockModelAmong(stores, PROD, [STAGING])).get(PROD);
    if (model) await setEnvironment(stores, model, { name: 'prod', after: STAGING }, { ...BY, reach: REACH });
  });
  return db;
}

const made = async (db: MemoryDatabase, model: string, of: number): Promise<void> =>
  deployed(db.uow, await register(db.uow, model, { artifact: artifact(of), rollout: false }));
const promoted = (stores: Stores, model: string, version: number) =>
  promoteVersion(stores, model, version, { reason: 'r', actor: 'ann', probes: Probes.FORCED });

/** Carries one move out in staging; what is refused changes nothing. */
async function play(db: MemoryDatabase, { does, n }: Move): Promise<void> {
  if (does === 'register') return made(db, STAGING, n);
  const last = db.state.models.get(STAGING)?.nextVersion ?? 2;
  const version = 1 + (n % (last - 1));
  try {
    await db.uow.run(async (stores) => {
      const model = await lockModel(stores, STAGING);
      const live = await stores.rollouts.findLive(model.id);
      if (does === 'release') return startRollout(stores, STAGING, { version, policy: POLICY, ...BY });
      if (does === 'promote') return promoted(stores, STAGING, version);
      if (does === 'back')
        return rollBack(stores, STAGING, null, { reason: 'r', actor: 'ann', probes: Probes.FORCED });
      if (live === null) return null;
      if (does === 'abort')
        return actOnRollout(stores, live.id, { action: 'abort', reason: 'r', probes: Probes.FORCED, ...BY });
      const decision = decided(live.state, does);
      const policy = policyOf(live);
      const verdict = { rollout: live, policy, decision, look: null, actor: 'engine', probes: Probes.FORCED };
      return applyDecision(stores, model, verdict);
    });
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
  }
}

/** As the engine would decide, had it seen that. */
function decided(state: string, does: 'goesOn' | 'passes' | 'harms'): Decision {
  const why = { because: does, verdicts: [] };
  if (does === 'harms') return { kind: 'rollback', ...why };
  if (state === 'baking') return { kind: 'advance', toStep: 99, ...why };
  return does === 'goesOn' && state === 'pending'
    ? { kind: 'advance', toStep: 0, ...why }
    : { kind: 'promote', ...why };
}

/** What whoever releases these bytes in prod is told; `null`: they may. */
async function refusal(db: MemoryDatabase, version: number): Promise<string | null> {
  try {
    await db.uow.run(async (stores) => {
      await startRollout(stores, PROD, { version, ...BY });
      throw new Undone();
    });
  } catch (error) {
    if (error instanceof Undone) return null;
    if (error instanceof DomainError && error.code === 'not_proven_before') return error.detail;
    throw error;
  }
  return null;
}
class Undone extends Error {}

it(
  'what was found last in bytes is what counts of them in the next environment, under whatever number',
  async () => {
    const reached = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.array(moves, { minLength: 4, maxLength: 24 }), async (history) => {
        const db = await chain();
        for (const move of history) {
          await play(db, move);
          for (const [at, of] of BYTES.entries()) {
            const staging = db.state.models.get(STAGING)?.id ?? '';
            const isProven = isProvenIn(db.state, staging, artifact(of).digest);
            const said = await refusal(db, 2 + at);
            expect({ isProven, said }).toEqual({
              isProven: said === null,
              said: isProven ? null : expect.stringMatching(/not proven in|has no version with/),
            });
            reached.add(said?.replace(/^.*version \d+ /, '').slice(0, 20) ?? 'proven');
          }
        }
      }),
      { numRuns: Number(process.env['MODEL_RUNS'] ?? 300) },
    );
    // Proven, no such bytes, never primary, rolled back, bakes.
    expect(reached.size).toBeGreaterThanOrEqual(5);
  },
  30 * 60_000,
);

/** Version 2 is proven; version 3 has the same bytes. */
const PROVEN: Move[] = [
  { does: 'register', n: 1 },
  { does: 'promote', n: 1 },
  { does: 'register', n: 1 },
  { does: 'release', n: 2 },
];
it.each<[string, Move[], string | null]>([
  ['rolled back in the bake', [move('passes'), move('harms')], 'version 3 was rolled back there'],
  ['rolled back in the canary', [move('goesOn'), move('harms')], 'version 3 was rolled back there'],
  ['gone back from in the bake by a person', [move('passes'), move('abort')], 'version 3 was rolled back'],
  ['taken off before its first step', [move('back')], null],
  ['aborted in the canary', [move('goesOn'), move('abort')], null],
  ['baking', [move('passes')], 'its bake has not ended'],
  ['proven', [move('passes'), move('passes')], null],
  [
    'rolled back, and proven again',
    [move('passes'), move('harms'), move('release', 2), move('passes'), move('passes')],
    null,
  ],
  [
    'rolled back, and another version after that, so that the first of these bytes came back twice',
    [
      ...[move('passes'), move('harms'), move('register', 2), move('release', 3)],
      ...[move('passes'), move('harms')],
    ],
    'version 3 was rolled back there',
  ],
])('bytes that were proven, registered anew and %s', async (_how, then, said) => {
  const db = await chain();
  for (const one of [...PROVEN, ...then]) await play(db, one);
  const refused = await refusal(db, 2);
  if (said === null) expect(refused).toBeNull();
  else expect(refused).toMatch(new RegExp(`^The artifact of version 2 of "prod" is not proven.*${said}`));
});

function move(does: Move['does'], n = 0): Move {
  return { does, n } as Move;
}
