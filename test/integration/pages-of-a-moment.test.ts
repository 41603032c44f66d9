import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freshUnitOfWork } from '../support/databases/database.ts';

/*
 * What was made in the same millisecond, and what was made after the clock was set back: lists go by the order of writing. Whatever the size of a
 * page, each row comes once.
 */
const ROWS = 12;
/** Four to an instant, each earlier than the four before; ids by chance. */
const AT = `timestamptz '2026-11-28 12:00:00.000998Z' - (n / 4) * interval '1 millisecond'`;
const MODEL = `md5('m')::uuid`;
const SUBSCRIPTION = `md5('s')::uuid`;
const SOME = `generate_series(1, ${ROWS}) n`;

let db: Awaited<ReturnType<typeof freshUnitOfWork>>;
let subscription = '';
beforeAll(async () => {
  db = await freshUnitOfWork();
  for (const statement of [
    `INSERT INTO model (id, name, salt, "primary") VALUES (${MODEL}, 'm', '', 1)`,
    `INSERT INTO version (model_id, version, created_by) SELECT ${MODEL}, 1, ''`,
    `INSERT INTO rollout (id, model_id, version, intent, state, step_index, revision, policy, policy_hash, created_by, created_at, ended_at)
     SELECT md5('r' || n)::uuid, ${MODEL}, 1, 'release', 'succeeded', 1, 1, '{}', '', '', ${AT}, now() FROM ${SOME}`,
    `INSERT INTO release_group (id, reason, created_by, created_at) SELECT md5('g' || n)::uuid, '', '', ${AT} FROM ${SOME}`,
    `INSERT INTO event (model_id, sequence, type, actor, data, at, hash) SELECT ${MODEL}, n, '', '', '{}', ${AT}, '' FROM ${SOME}`,
    `INSERT INTO subscription (id, name, url, secrets, events, events_like, format, state, created_by)
     VALUES (${SUBSCRIPTION}, 's', 'sealed', '[]', '{*}', '{%}', 'standard', 'disabled', '')`,
    `INSERT INTO outgoing (id, subscription_id, model_id, sequence, state, created_at, next_at)
     SELECT md5('o' || n)::uuid, ${SUBSCRIPTION}, ${MODEL}, n, 'delivered', ${AT}, now() FROM ${SOME}`,
  ])
    await db.query(statement);
  const [row] = await db.query<{ id: string }>(`SELECT ${SUBSCRIPTION} AS id`);
  subscription = row?.id ?? '';
});
afterAll(() => db.close());

interface Page {
  readonly items: readonly { readonly id: string; readonly createdAt: number }[];
  readonly nextPageToken: string | null;
}
type List = (pageSize: number, pageToken: string | null) => Promise<Page>;

const LISTS: readonly (readonly [string, string, List])[] = [
  [
    'rollouts',
    'rollout',
    (pageSize, pageToken) => db.uow.read((stores) => stores.rollouts.list({}, { pageSize, pageToken })),
  ],
  [
    'rollouts of a model',
    'rollout',
    async (pageSize, pageToken) =>
      db.uow.read(async (stores) => {
        const modelId = (await stores.models.find('m'))?.id ?? '';
        return stores.rollouts.list({ modelId }, { pageSize, pageToken });
      }),
  ],
  [
    'release groups',
    'release_group',
    (pageSize, pageToken) =>
      db.uow.read((stores) => stores.groups.list({ live: false, models: null }, { pageSize, pageToken })),
  ],
  [
    'deliveries',
    'outgoing',
    (pageSize, pageToken) =>
      db.uow.read((stores) => stores.subscriptions.deliveries(subscription, null, { pageSize, pageToken })),
  ],
];

async function all(list: List, pageSize: number, from: string | null = null): Promise<string[]> {
  const ids: string[] = [];
  let token = from;
  do {
    const page = await list(pageSize, token);
    ids.push(...page.items.map(({ id }) => id));
    token = page.nextPageToken;
  } while (token !== null && ids.length <= 2 * ROWS);
  return ids;
}

describe.each(LISTS)('the list of %s', (_name, table, list) => {
  const newestFirst = async (): Promise<string[]> => {
    const [letter] = table === 'release_group' ? 'g' : table;
    const rows = await db.query<{ id: string }>(
      `SELECT md5('${letter}' || n)::uuid AS id FROM ${SOME} ORDER BY n DESC`,
    );
    return rows.map(({ id }) => id);
  };

  it.each([1, 2, 3, 5, ROWS, 100])('has each once, the newest first, in pages of %d', async (pageSize) => {
    expect(await all(list, pageSize)).toEqual(await newestFirst());
  });

  it('goes on from a token of time and id, as releases of before gave out', async () => {
    const ids = await newestFirst();
    for (const time of ['1795867200000', '1795867200000998'])
      for (const [place, id] of ids.entries())
        expect(await all(list, 5, Buffer.from(`${time} ${id}`).toString('base64url'))).toEqual(
          ids.slice(place + 1),
        );
  });
});
