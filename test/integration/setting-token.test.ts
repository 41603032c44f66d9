import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ensureSettingToken, hashToken, issueToken } from '#libs/engine';
import { freshUnitOfWork } from '../support/databases/database.ts';

let db: Awaited<ReturnType<typeof freshUnitOfWork>>;
beforeAll(async () => {
  db = await freshUnitOfWork();
});
afterAll(() => db.close());

const NAME = 'UNDERSTUDY_ADMIN_TOKEN';
const works = (token: string) => db.uow.run((stores) => stores.tokens.use(hashToken(token)));
const texts = ['first-of-the-settings', 'second-of-the-settings', 'third-of-the-settings'];

it('whatever the setting has been, only what it is now works, and each change is on the record', async () => {
  const others = await db.uow.run(async (stores) => [
    (await issueToken(stores.tokens, { name: 'admin', scopes: ['admin'] })).token,
    (await issueToken(stores.tokens, { name: NAME, scopes: ['read'] })).token,
  ]);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.constantFrom(...texts), fc.constantFrom('start', 'rotate', 'revoke')), {
        minLength: 1,
        maxLength: 6,
      }),
      async (history) => {
        for (const [token, action] of history) {
          const { added } = await db.uow.run((stores) =>
            ensureSettingToken(stores, { name: NAME, scopes: ['admin'], token }),
          );
          expect(await works(token)).toMatchObject({ name: NAME, scopes: ['admin'] });
          for (const other of texts) if (other !== token) expect(await works(other)).toBeNull();
          for (const other of others) expect(await works(other)).not.toBeNull();
          const last = await db.query<{ type: string; actor: string }>(
            `SELECT type, actor FROM event WHERE type LIKE 'token.%' ORDER BY at DESC, sequence DESC LIMIT 1`,
          );
          if (added) expect(last).toEqual([{ type: 'token.issued', actor: `setting:${NAME}` }]);
          const known = await works(token);
          // By the api, in between: the setting's word stays the last one.
          await db.uow.run(async (stores) => {
            if (action === 'revoke') await stores.tokens.remove(known?.id ?? '');
            if (action !== 'rotate') return;
            await issueToken(stores.tokens, { name: NAME, scopes: ['admin'] });
            await stores.tokens.endBy(known?.id ?? '', (await stores.now()) - 1);
          });
        }
      },
    ),
    { numRuns: 30 },
  );
});
