import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { goBack, probeTargets, promoteAtOnce, type ServingProbe, type UnitOfWork } from '#libs/engine';
import { DomainError } from '#libs/kernel';
import { unreachable } from '#libs/traffic';
import { register } from '../support/builders.ts';
import { MemoryDatabase } from '../support/memory/memory-stores.ts';

/* Servers die while callers are on their way to them: after they were asked, before the switch, and while the model's lock is waited for. */

const urlOf = (version: number): string => `http://127.0.0.1:${version}`;

/** A model with so many versions, the last of which serves; and servers that die after so many answers from now on. */
async function scene(versions: number, answersLeft: readonly number[]) {
  const db = new MemoryDatabase();
  const up: ServingProbe = { probe: async () => ({ state: 'ready', because: 'it answers 200' }) };
  for (let version = 1; version <= versions; version++) {
    await register(db.uow, 'm', { servingUrl: urlOf(version), rollout: false });
    await promoteAtOnce({ uow: db.uow, serving: up }, 'm', version, { reason: 'a test', actor: 'ann' });
  }
  const left = new Map(answersLeft.map((answers, i) => [urlOf(i + 1), answers]));
  /** Answers of servers, and how many routes there were by then. */
  const asked: { url: string; isUp: boolean; routes: number }[] = [];
  const serving: ServingProbe = {
    probe: async ({ url }) => {
      const answers = left.get(url) ?? Infinity;
      left.set(url, answers - 1);
      asked.push({ url, isUp: answers > 0, routes: db.state.routes.length });
      return answers > 0 ? { state: 'ready', because: 'it answers 200' } : unreachable('it has died');
    },
  };
  const primary = (): number => db.state.models.get('m')?.primary ?? 0;
  return { db, serving, asked, primary, isUp: (version: number) => (left.get(urlOf(version)) ?? 1) > 0 };
}

const anAnswer = async <T>(work: Promise<T>): Promise<T | DomainError> =>
  work.catch((error: unknown) => {
    if (error instanceof DomainError) return error;
    throw error;
  });

// Mutant: `target-not-looked-at-after`.
it('a version that dies between the probe and the switch keeps no callers where another answers', async () => {
  let late = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(0, 1, 2, 3, 1_000), { minLength: 2, maxLength: 5 }),
      async (answers) => {
        const last = answers.length;
        const { db, serving, asked, primary, isUp } = await scene(last, answers);
        const said = await anAnswer(
          goBack({ uow: db.uow, serving }, 'm', null, { reason: 'incident', actor: 'ann' }),
        );
        const to = primary();
        expect(db.state.routes.at(-1)?.primary.url).toBe(urlOf(to));
        if (said instanceof DomainError) {
          expect([said.code, to]).toEqual(['nobody_answers', last]);
          return;
        }
        expect(said.primary).toBe(to);
        if (to === last) late++;
        // Somebody has looked since callers were sent there, or it is where they came from.
        const since = asked.filter(
          ({ url, routes }) => url === urlOf(to) && routes === db.state.routes.length,
        );
        const others = answers.map((_, i) => i + 1).filter((version) => version !== to && isUp(version));
        const isKnownUp = since.some((one) => one.isUp) || to === last;
        expect({ isKnownUp, others: isKnownUp ? [] : others }).toEqual({ isKnownUp, others: [] });
        expect(isKnownUp || /nobody|no other proven version answers/.test(said.outcome)).toBe(true);
        expect(said.outcome).toContain(`version ${to}`);
      },
    ),
    { numRuns: 300 },
  );
  expect(late).toBeGreaterThan(3);
});

// Found by the model-based suite. Mutant: `undone-move-forgets`.
it('a move that is undone leaves the model all that it could go back to before', async () => {
  for (const how of ['back', 'promote'] as const) {
    // Version 1 answers once, and never again.
    const { db, serving, primary } = await scene(2, [1, 1_000]);
    const history = db.state.models.get('m')?.primaryHistory;
    expect(history).toEqual([1, 2]);
    const ports = { uow: db.uow, serving };
    const word = { reason: 'incident', actor: 'ann' };
    await (how === 'back' ? goBack(ports, 'm', null, word) : promoteAtOnce(ports, 'm', 1, word));
    expect([how, primary(), db.state.models.get('m')?.primaryHistory]).toEqual([how, 2, history]);
  }
});

// Mutant: `stale-probes`.
it('what a server said is good for ten seconds, however long the lock was waited for', async () => {
  let moved = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 30_000 }),
      fc.constantFrom('back', 'promote' as const),
      fc.boolean(),
      async (waitedMs, how, dies) => {
        const { db, serving } = await scene(3, [1_000, 1_000, 1_000]);
        const dead = new Set<string>();
        let waits = waitedMs;
        const uow: UnitOfWork = {
          read: (work) => db.uow.read(work),
          run: (work) => {
            // The server dies as soon as it was asked.
            if (dies && waits > 0) dead.add(urlOf(how === 'back' ? 2 : 1));
            db.nowMs += waits;
            waits = 0;
            return db.uow.run(work);
          },
        };
        const ports = {
          uow,
          serving: {
            probe: async (asked: Parameters<ServingProbe['probe']>[0]) =>
              dead.has(asked.url) ? unreachable('it has died') : serving.probe(asked),
          },
        };
        const known = db.state.routes.length;
        const word = { reason: 'incident', actor: 'ann' };
        await anAnswer(how === 'back' ? goBack(ports, 'm', null, word) : promoteAtOnce(ports, 'm', 1, word));
        const after = db.state.routes.slice(known).map(({ primary }) => primary.url);
        if (waitedMs > 10_500) for (const url of after) expect(dead).not.toContain(url);
        // It is asked again, and not given up.
        if (!dies) expect(after).toEqual([urlOf(how === 'back' ? 2 : 1)]);
        moved += after.length;
      },
    ),
    { numRuns: 200 },
  );
  expect(moved).toBeGreaterThan(100);
});

it('half of the replicas are enough to go back to, and the answer says what serves', async () => {
  const { db, serving } = await scene(1, [1_000]);
  const pair = ['http://127.0.0.1:21', 'http://127.0.0.1:22'];
  const half: ServingProbe = {
    probe: async (asked) => (asked.url === pair[1] ? unreachable('it has died') : serving.probe(asked)),
  };
  const word = { reason: 'a test', actor: 'ann' };
  await register(db.uow, 'm', { servingUrls: pair, rollout: false });
  await promoteAtOnce({ uow: db.uow, serving }, 'm', 2, word);
  await register(db.uow, 'm', { servingUrl: urlOf(3), rollout: false });
  await promoteAtOnce({ uow: db.uow, serving }, 'm', 3, word);
  const said = await goBack({ uow: db.uow, serving: half }, 'm', null, word);
  expect(said).toMatchObject({ primary: 2, rollout: { state: 'succeeded' } });
  expect(db.state.models.get('m')?.primary).toBe(2);
  expect(await probeTargets({ uow: db.uow, serving: half }, 'm', { versions: [2] })).toBeDefined();
});
