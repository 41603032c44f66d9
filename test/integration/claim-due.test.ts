import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import pg from 'pg';
import { BY_INDEX, CLAIM } from '../../libs/db/src/subscriptions/claim-due.ts';
import { freshUnitOfWork } from '../support/databases/database.ts';
import { type PlanNode, readsOf } from '../support/statements/rows-read.ts';

const SECOND = 1_000;
const NOW = Date.UTC(2030, 0, 1);
const TYPES = ['rollout.advanced', 'rollout.judged', 'rollout.rolled_back', 'rollout.paused'];
const KIND = `CASE WHEN type IN ('rollout.rolled_back', 'rollout.paused') THEN 'alarm' WHEN type = 'rollout.judged' THEN 'verdict' ELSE 'news' END`;

let db: Awaited<ReturnType<typeof freshUnitOfWork>>;
let client: pg.Client;
beforeAll(async () => {
  db = await freshUnitOfWork();
  client = new pg.Client({ connectionString: db.url });
  await client.connect();
  // As events of each model are, by number.
  await db.query(`INSERT INTO event (model_id, sequence, type, actor, data, at, hash)
    SELECT md5('m' || m)::uuid, n, (array['${TYPES.join(`','`)}'])[n % 4 + 1], '', '{}', now(), '' FROM generate_series(0, 49) m, generate_series(0, 399) n`);
});
afterAll(async () => {
  await client.end();
  await db.close();
});

const values = (room: number, most: number) => [NOW, most, 60, [], [], room];
const emptied = async (): Promise<void> => {
  await db.query('DELETE FROM subscription');
  await db.query(`INSERT INTO subscription (id, name, url, secrets, events, events_like, format, state, created_by)
    SELECT md5('s' || n)::uuid, '', '', '[]', '{*}', '{%}', 'cloudevents', 'active', '' FROM generate_series(0, 1) n`);
};

/** An event of a model that waits for a subscription. Times in ms from now. */
interface Waiting {
  readonly at: readonly [subscription: number, model: number, sequence: number];
  readonly type: string;
  readonly nextIn: number;
  readonly triedFor: number | null;
  readonly isOlder: boolean;
}
const isAlarm = ({ type }: Waiting): boolean => type === 'rollout.rolled_back' || type === 'rollout.paused';
const isStuck = ({ nextIn, triedFor }: Waiting): boolean =>
  nextIn > 90 * SECOND || (triedFor ?? 0) > 90 * SECOND;

/** The rule in words of its own: what waits before an event, of the same model and for the same subscription, and holds it back. */
function mayGo(one: Waiting, all: readonly Waiting[]): boolean {
  if (one.nextIn > 0) return false;
  const before = all.filter(({ at }) => at[0] === one.at[0] && at[1] === one.at[1] && at[2] < one.at[2]);
  const [first] = before.sort((x, y) => x.at[2] - y.at[2]);
  if (!first) return true;
  if (!isAlarm(one)) return false;
  // It has had its turn, and lost none by it.
  if (one.triedFor !== null) return true;
  const passesNews = isStuck(first) || first.type === 'rollout.judged' || isAlarm(first);
  const alarmBefore = before.filter(isAlarm).at(-1);
  return passesNews && (alarmBefore === undefined || (alarmBefore.triedFor !== null && isStuck(alarmBefore)));
}

describe('what is due', () => {
  it('is the first event of each model, and each alarm that nothing holds back', async () => {
    const waiting = fc
      .tuple(fc.nat(1), fc.nat(1), fc.nat(9), fc.constantFrom(0, 0, -5 * SECOND, 30 * SECOND, 600 * SECOND))
      .chain(([s, m, n, nextIn]) =>
        fc.record({
          at: fc.constant([s, m, n] as const),
          type: fc.constant(TYPES[n % 4] ?? ''),
          nextIn: fc.constant(nextIn),
          // What was never tried is due.
          triedFor: fc.constantFrom(...(nextIn > 0 ? [] : [null, null]), 20 * SECOND, 300 * SECOND),
          isOlder: fc.boolean(),
        }),
      );
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(waiting, { maxLength: 20, selector: ({ at }) => at.join() }),
        async (all) => {
          await emptied();
          await db.query(
            `INSERT INTO outgoing (id, subscription_id, model_id, sequence, kind, next_at, first_tried_at)
             SELECT gen_random_uuid(), md5('s' || s)::uuid, e.model_id, e.sequence, CASE WHEN NOT older THEN ${KIND} END,
               to_timestamp((${NOW} + next_in) / 1000.0), to_timestamp((${NOW} - tried_for) / 1000.0)
             FROM unnest($1::int[], $2::int[], $3::int[], $4::bool[], $5::int[], $6::int[]) AS w(s, m, n, older, next_in, tried_for)
             JOIN event e ON e.model_id = md5('m' || m)::uuid AND e.sequence = n`,
            [
              ...[0, 1, 2].map((place) => all.map(({ at }) => at[place])),
              all.map(({ isOlder }) => isOlder),
              all.map(({ nextIn }) => nextIn),
              all.map(({ triedFor }) => triedFor),
            ],
          );
          const { rows } = await client.query<{ place: string }>(
            `WITH claimed AS (${CLAIM})
             SELECT concat_ws(',', s, m, sequence) AS place FROM claimed, generate_series(0, 1) s, generate_series(0, 1) m
             WHERE "subscriptionId" = md5('s' || s)::uuid AND "modelId" = md5('m' || m)::uuid`,
            values(10_000, 10_000),
          );
          const due = all.filter((one) => mayGo(one, all)).map(({ at }) => at.join());
          expect(rows.map(({ place }) => place).sort()).toEqual(due.sort());
        },
      ),
      { numRuns: 300 },
    );
  }, 60_000);
});

/** How the events of 50 models stand of which a subscriber takes none. `n`: the place among those of its model */
const BACKLOGS: readonly (readonly [what: string, nextIn: string, triedFor: string])[] = [
  ['a first event that was just tried', 'CASE WHEN n = 0 THEN 45 ELSE 0 END', 'CASE WHEN n = 0 THEN 5 END'],
  ['a first event that is stuck', 'CASE WHEN n = 0 THEN 600 ELSE 0 END', 'CASE WHEN n = 0 THEN 900 END'],
  [
    'alarms that are all stuck',
    'CASE WHEN n % 4 = 1 THEN 0 ELSE 600 END',
    'CASE WHEN n % 4 = 1 THEN NULL ELSE 900 END',
  ],
  ['alarms that are all due again', '0', 'CASE WHEN n % 4 = 1 THEN NULL ELSE 900 END'],
  ['nothing that was tried', '0', 'NULL::int'],
];
const MODELS = 50;
const ROOM = 16;

describe.each(BACKLOGS)('of %s', (_what, nextIn, triedFor) => {
  /** Rows that a claim reads, with so many events of each model waiting, and those before them delivered. */
  async function readsWith(waiting: number, delivered: number, isKnown: boolean): Promise<number> {
    await emptied();
    const put = (state: string, from: number, to: number) =>
      db.query(
        `INSERT INTO outgoing (id, subscription_id, model_id, sequence, state, kind, next_at, first_tried_at)
         SELECT gen_random_uuid(), md5('s0')::uuid, model_id, sequence, '${state}', ${KIND},
           to_timestamp(${NOW} / 1000.0 + ${nextIn}), to_timestamp(${NOW} / 1000.0 - (${triedFor}))
         FROM event, LATERAL (SELECT sequence - ${from} AS n) AS e WHERE sequence >= ${from} AND sequence < ${to}`,
      );
    await put('delivered', 0, delivered);
    // What is known of the table is mostly from before.
    if (!isKnown) await db.asOwner('VACUUM ANALYZE outgoing');
    await put('waiting', delivered, delivered + waiting);
    if (isKnown) await db.asOwner('VACUUM ANALYZE outgoing');
    await client.query(`BEGIN; ${BY_INDEX}`);
    try {
      const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
        `EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) ${CLAIM}`,
        values(ROOM, 2 * ROOM),
      );
      const plan = rows[0]?.['QUERY PLAN'][0].Plan;
      return (plan ? readsOf(plan) : []).reduce((sum, read) => sum + read.rows, 0);
    } finally {
      await client.query('ROLLBACK');
    }
  }

  it.each([
    ['of which the planner knows nothing', 0, false],
    ['of which it knows', 0, true],
    ['behind others that were delivered, of which it knows', 300, false],
    ['behind others that were delivered', 300, true],
  ])('a claim reads some rows of each model, however much waits %s', async (_of, delivered, isKnown) => {
    const few = await readsWith(10, delivered, isKnown);
    const many = await readsWith(100, delivered, isKnown);
    expect(few).toBeGreaterThanOrEqual(MODELS);
    expect(many).toBeLessThan(few + 6 * ROOM);
    expect(many).toBeLessThan(MODELS * 8);
  });
});
