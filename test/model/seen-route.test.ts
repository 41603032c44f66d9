import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Probes, promoteVersion, retireModel, rollBack, unretireModel } from '#libs/engine';
import { DomainError } from '#libs/kernel';
import { deployed, register } from '../support/builders.ts';
import { MemoryDatabase } from '../support/memory/memory-stores.ts';

const NAME = 'ranker';
const VERSIONS = [1, 2, 3];
const WORDS = ['promote', 'rollback', 'retire', 'unretire'] as const;
type Word = (typeof WORDS)[number];

/** A model of which each version has been a proven primary. */
async function servingModel(): Promise<MemoryDatabase> {
  const db = new MemoryDatabase();
  for (const version of VERSIONS) {
    await deployed(db.uow, await register(db.uow, NAME, { rollout: false }));
    await say(db, 'promote', version);
    await db.advance(60_000);
  }
  return db;
}

const say = (db: MemoryDatabase, what: Word, version: number, revision?: number): Promise<unknown> =>
  db.uow.run(async (stores): Promise<unknown> => {
    const word = { reason: 'a test', actor: 'ann', probes: Probes.FORCED, revision };
    if (what === 'promote') return promoteVersion(stores, NAME, version, word);
    if (what === 'rollback') return rollBack(stores, NAME, null, word);
    return what === 'retire' ? retireModel(stores, NAME, word) : unretireModel(stores, NAME, null, word);
  });

/** What a refusal says; `null`: it was carried out, or so already. */
const codeOf = (said: Promise<unknown>): Promise<string | null> =>
  said.then(
    () => null,
    (error: unknown) => {
      if (error instanceof DomainError) return error.code;
      throw error;
    },
  );

const standing = ({ state }: MemoryDatabase): string =>
  JSON.stringify([[...state.models.values()], state.routes, [...state.rollouts.values()]]);
const revisionOf = ({ state }: MemoryDatabase): number => state.routes.at(-1)?.revision ?? 0;

/**
 * Two people with a page each say words to one model. A word by a page on which the route is another one does nothing; by one that is right
 * it is never refused for that; and the same word by the same page, said again, is no mistake but for a rollback, which means another one then.
 * Mutants: `seen-promotion`, `seen-retirement`, `seen-unretirement`.
 */
it('a word to a model is for the route that was seen', async () => {
  const word = fc.record({
    who: fc.constantFrom(0, 1),
    looks: fc.boolean(),
    what: fc.constantFrom(...WORDS),
    version: fc.constantFrom(...VERSIONS),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(word, { minLength: 2, maxLength: 12 }), async (words) => {
      const db = await servingModel();
      const pages = [revisionOf(db), revisionOf(db)];
      for (const { who, looks, what, version } of words) {
        await db.advance(11_000);
        if (looks) pages[who] = revisionOf(db);
        const page = pages[who] ?? 0;
        const isRight = page === revisionOf(db);
        const before = standing(db);
        const code = await codeOf(say(db, what, version, page));
        if (isRight) expect([what, code]).not.toEqual([what, 'changed_meanwhile']);
        else expect([what, standing(db)]).toEqual([what, before]);
        if (code !== null || what === 'rollback') continue;
        const after = standing(db);
        expect([what, await codeOf(say(db, what, version, page))]).toEqual([what, null]);
        expect([what, standing(db)]).toEqual([what, after]);
      }
    }),
    { numRuns: 150 },
  );
});
