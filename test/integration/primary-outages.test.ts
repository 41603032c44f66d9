import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ingestEvidence, type PrimaryWord, reconcileRollout, watchPrimaries } from '#libs/engine';
import { deployed, reconcilePorts, register } from '../support/builders.ts';
import { freshUnitOfWork } from '../support/databases/database.ts';

/* What gateways say of a primary, on PostgreSQL: two gateways, several workers at once. */
let db: Awaited<ReturnType<typeof freshUnitOfWork>>;
let modelId = '';
let sequence = 0;
beforeAll(async () => {
  db = await freshUnitOfWork();
  const first = await register(db.uow, 'm');
  await deployed(db.uow, first);
  await reconcileRollout(reconcilePorts(db.uow), first.rollout!.id);
  modelId = (await db.uow.read((stores) => stores.models.find('m')))!.id;
  await db.query(`UPDATE model SET "primary" = 1 WHERE name = 'm'`);
});
afterAll(() => db.close());

const says = (gateway: string, state: PrimaryWord['state'] | null, forMs = 8_000) =>
  ingestEvidence(db.uow, {
    ...{ gateway, boot: 'b', sequence: ++sequence, acknowledged: [], entries: [] },
    primaries:
      state === null ? [] : [{ model: 'm', version: 1, state, forMs, failures: 4, because: 'refused' }],
  });
const outage = async () =>
  (await db.uow.read((stores) => stores.outages.ofModels([modelId]))).get(modelId) ?? null;
const events = async () =>
  (await db.uow.read((stores) => stores.events.chain(modelId, 0, 1_000)))
    .map(({ type }) => type)
    .filter((type) => type.startsWith('primary.'));
/** Time passes for what is stored; the database's clock is what it is. */
const pass = (seconds: number) =>
  db.query(
    `UPDATE primary_outage SET suspected_at = suspected_at - make_interval(secs => $1),
    quiet_since = quiet_since - make_interval(secs => $1)`,
    [seconds],
  );

it('one gateway is out and another is answered: shown, and not said for all; then all are, once; and so is the end', async () => {
  await says('a', null);
  await says('b', null);
  expect(await watchPrimaries(db.uow)).toEqual([]);
  await says('a', 'unreachable');
  expect(await db.uow.read((stores) => stores.outages.inQuestion(10))).toEqual(['m']);
  await watchPrimaries(db.uow);
  await says('b', 'answers', 100);
  await watchPrimaries(db.uow);
  await pass(60);
  await watchPrimaries(db.uow);
  expect(await outage()).toMatchObject({
    ...{ scope: 'some', cause: 'unreachable', version: 1, announcedAt: null },
    gateways: [{ gateway: 'a', state: 'unreachable', because: 'refused' }],
  });
  expect(await events()).toEqual([]);

  await says('b', 'failing', 11_000);
  const turns = await Promise.all(Array.from({ length: 8 }, () => watchPrimaries(db.uow)));
  expect(turns.flat()).toMatchObject([{ model: 'm', version: 1, event: 'primary.unreachable' }]);
  expect(await outage()).toMatchObject({ scope: 'all', gateways: [{ gateway: 'a' }, { gateway: 'b' }] });

  // Said again and again, and by a worker that starts anew: it is the same outage.
  await says('a', 'unreachable', 20_000);
  expect(await watchPrimaries(db.uow)).toEqual([]);
  await says('a', 'answers', 0);
  await watchPrimaries(db.uow);
  expect([(await outage())?.scope, await events()]).toEqual(['some', ['primary.unreachable']]);

  await says('b', 'unknown', 0);
  const ends = await Promise.all(Array.from({ length: 8 }, () => watchPrimaries(db.uow)));
  expect(ends.flat()).toMatchObject([{ event: 'primary.reachable' }]);
  expect([await outage(), await events()]).toEqual([null, ['primary.unreachable', 'primary.reachable']]);
});

it('words of a repeated batch, of a model that nobody knows, or of another version change nothing', async () => {
  await says('a', 'answers', 0);
  const word = {
    model: 'm',
    version: 1,
    state: 'unreachable' as const,
    forMs: 9_000,
    failures: 4,
    because: 'x',
  };
  const batch = { gateway: 'a', boot: 'b', acknowledged: [], entries: [] };
  const repeat = await ingestEvidence(db.uow, { ...batch, sequence: 1, primaries: [word] });
  expect(repeat.counted).toBe(false);
  await ingestEvidence(db.uow, {
    ...{ ...batch, sequence: ++sequence },
    primaries: [
      { ...word, model: 'nobody' },
      { ...word, version: 7 },
    ],
  });
  await watchPrimaries(db.uow);
  expect(await outage()).toBeNull();
});
