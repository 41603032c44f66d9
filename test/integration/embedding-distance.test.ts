import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import {
  type Embedder,
  type EmbeddingLimits,
  type EmbedPorts,
  EndpointFailure,
  ingestEvidence,
  measureDue,
  reconcileRollout,
  type TextPairRecord,
  unitVector,
} from '#libs/engine';
import { HISTOGRAM, MEASURE } from '#libs/stats';
import { freshUnitOfWork } from '../support/databases/database.ts';
import { deployed, reconcilePorts, register } from '../support/builders.ts';
import { embeddingOf } from '../support/model-servers/embeddings-server.ts';

/** The book-keeping of embeddings, on PostgreSQL; what is asked over HTTP is in test/e2e/embedding-distance.test.ts. */
let db: Awaited<ReturnType<typeof freshUnitOfWork>>;
let rolloutId: string;
let revision: number;
let models = 0;
let sequence = 0;
beforeAll(async () => {
  db = await freshUnitOfWork();
});
afterAll(() => db.close());
beforeEach(() => start([{ metric: 'embedding_distance_mean', max: 0.2 }]));

async function start(gates: readonly unknown[]): Promise<void> {
  await db.query('UPDATE rollout SET ended_at = clock_timestamp() WHERE ended_at IS NULL');
  await db.query('DELETE FROM embedding_vector');
  const model = `m${++models}`;
  const first = await register(db.uow, model);
  await deployed(db.uow, first);
  await reconcileRollout(reconcilePorts(db.uow), first.rollout!.id);
  const policy = { name: 'p', steps: [{ shadow: { minRequests: 1_000, maxDuration: '1h' } }], gates };
  const second = await register(db.uow, model, { rollout: { policy } });
  await deployed(db.uow, second);
  rolloutId = second.rollout!.id;
  await reconcileRollout(reconcilePorts(db.uow), rolloutId);
  const route = await db.uow.run(async (stores) => stores.routes.find((await stores.models.find(model))!.id));
  revision = route!.revision;
  expect(route?.reading).toMatchObject({ textPairs: expect.any(Number) });
}

const pair = (requestId: string, more: Partial<TextPairRecord> = {}): TextPairRecord => ({
  ...{ rolloutId, revision, requestId, request: `ask ${requestId}`, identical: false },
  ...{ primary: `${requestId} first second third`, candidate: `${requestId} first second fourth` },
  ...more,
});
const many = (n: number, name = 'r'): TextPairRecord[] =>
  Array.from({ length: n }, (_, i) => pair(`${name}${i}`));
const ingest = (textPairs: readonly TextPairRecord[]) =>
  ingestEvidence(db.uow, {
    ...{ gateway: 'g', boot: 'b', sequence: ++sequence, acknowledged: [], entries: [] },
    textPairs,
  });

interface Asked extends EmbedPorts {
  readonly asked: (readonly string[])[];
}
const TOKENS = 100;
function portsOf(
  more: {
    readonly embed?: (texts: readonly string[]) => Promise<readonly (readonly number[])[]>;
    readonly limits?: Partial<EmbeddingLimits>;
    readonly batch?: number;
  } = {},
): Asked {
  const { embed = async (texts) => texts.map((text) => embeddingOf(text)), limits, batch = 8 } = more;
  const asked: (readonly string[])[] = [];
  const embedder: Embedder = {
    ...{ identity: 'test', mostTexts: batch, mostCharacters: 400 },
    embed: async (texts) => {
      asked.push(texts);
      expect(texts.length).toBeLessThanOrEqual(batch);
      return { vectors: (await embed(texts)).map(unitVector), inputTokens: TOKENS * texts.length };
    },
  };
  return { uow: db.uow, embedder, limits: { requests: 1_000, tokens: null, ...limits }, asked };
}
/** Until nothing is due. */
async function measureAll(...workers: EmbedPorts[]): Promise<void> {
  for (let tried = 1; tried > 0;) {
    const turns = await Promise.all(workers.map((ports) => measureDue(ports, () => 0.5)));
    tried = turns.reduce((sum, turn) => sum + turn.tried, 0);
  }
}
const shadow = async () => (await db.uow.run((stores) => stores.evidence.ofRollout(rolloutId)))[0]?.shadow;
const histograms = async () => (await shadow())?.histograms ?? {};
const makeDue = () =>
  db.query("UPDATE embedding_pair SET due_at = clock_timestamp() - interval '1 s' WHERE outcome IS NULL");
const rows = () =>
  db.query<Record<string, unknown>>('SELECT * FROM embedding_pair WHERE rollout_id = $1', [rolloutId]);
const spent = () => db.uow.run((stores) => stores.embeddingPairs.spent(rolloutId));

it('counts each pair once, asks about no text twice, and keeps no text; a repeat of a batch counts nothing', async () => {
  const pairs = many(20);
  await ingest(pairs);
  await ingest(pairs);
  const ports = portsOf();
  await measureAll(ports, ports);
  expect(await histograms()).toMatchObject({ [HISTOGRAM.embedded]: { compared: 20 } });
  expect((await shadow())?.measures[MEASURE.embeddingDistance]).toMatchObject({ n: 20 });
  const texts = ports.asked.flat();
  expect(new Set(texts).size).toBe(40);
  expect(texts).toHaveLength(40);
  // As many texts to a request as it may have.
  expect(ports.asked).toHaveLength(5);
  expect(await spent()).toEqual({ requests: 5, tokens: 40 * TOKENS });
  await ingest(pairs);
  await measureAll(ports);
  expect(await histograms()).toMatchObject({ [HISTOGRAM.embedded]: { compared: 20 } });
  expect(JSON.stringify(await rows())).not.toMatch(/first|fourth|ask/);
});

it('is asked for by its own gate alone, and so is the judge', async () => {
  await ingest(many(3));
  expect(await db.query('SELECT * FROM text_pair WHERE rollout_id = $1', [rolloutId])).toEqual([]);
  await start([{ metric: 'judge_win_rate', min: 0.4 }]);
  await ingest(many(3));
  expect(await rows()).toEqual([]);
  expect(await db.query('SELECT * FROM text_pair WHERE rollout_id = $1', [rolloutId])).toHaveLength(3);
});

it('knows the vectors of before', async () => {
  const [primary, candidate] = ['one two three', 'one two four'];
  await ingest([pair('a', { primary, candidate })]);
  const ports = portsOf();
  await measureAll(ports);
  await ingest([pair('b', { primary, candidate })]);
  await measureAll(ports);
  expect(ports.asked).toEqual([[primary, candidate]]);
  const { n = 0, m2 = 1 } = (await shadow())?.measures[MEASURE.embeddingDistance] ?? {};
  expect([n, m2]).toEqual([2, expect.closeTo(0, 9)]);
});

it('says without asking what can be said, and what cannot be compared', async () => {
  const long = (middle: string): string => `${'begin '.repeat(60)}${middle}${' end'.repeat(90)}`;
  await ingest([
    pair('same', { candidate: pair('same').primary, identical: true }),
    pair('silent', { candidate: ' ' }),
    pair('nothing', { primary: '', candidate: '', identical: true }),
    pair('alike', { primary: long('x'), candidate: long('y') }),
  ]);
  const ports = portsOf();
  await measureAll(ports);
  expect(ports.asked).toEqual([]);
  await ingest([pair('long', { primary: long('x'), candidate: `${long('x')} but` })]);
  await measureAll(ports);
  expect(await histograms()).toMatchObject({
    [HISTOGRAM.embedded]: { identical: 1, one_empty: 1, both_empty: 1, failed: 1, shortened: 1 },
    [HISTOGRAM.embeddingFailures]: { shortened_alike: 1 },
  });
  expect((await shadow())?.measures[MEASURE.embeddingDistance]).toMatchObject({ n: 4 });
});

it('keeps to the budget of requests, whatever number of workers ask; the rest is named, and identical texts are no exception', async () => {
  const ports = portsOf({ limits: { requests: 3 }, batch: 4 });
  await ingest(many(12));
  await measureAll(ports, ports, ports);
  await ingest([pair('same', { candidate: pair('same').primary, identical: true })]);
  await measureAll(ports);
  expect(ports.asked).toHaveLength(3);
  expect(await histograms()).toMatchObject({ [HISTOGRAM.embedded]: { compared: 6, over_budget: 7 } });
});

it('keeps to the budget of money, also where answers cannot be used: they have been paid for', async () => {
  const broken = portsOf({ limits: { tokens: 1_000 }, batch: 4 });
  await ingest(many(12));
  const unreadable: Embedder = {
    ...broken.embedder,
    embed: async (texts) => {
      broken.asked.push(texts);
      throw new EndpointFailure('wrong_count', 'lies', null, { inputTokens: 400, outputTokens: 0 });
    },
  };
  for (let i = 0; i < 8; i++) {
    await makeDue();
    await measureDue({ ...broken, embedder: unreadable }, () => 0.5);
  }
  expect(broken.asked.length).toBeLessThanOrEqual(3);
  await makeDue();
  await measureAll(broken);
  expect((await histograms())[HISTOGRAM.embedded]).toEqual({ over_budget: 12 });
  expect((await spent()).tokens).toBeLessThanOrEqual(1_200);
});

it('an endpoint that fails shows at once, is asked again a few times, and then its pairs have failed', async () => {
  await ingest(many(2));
  const down = portsOf({ embed: async () => Promise.reject(new EndpointFailure('http_429', 'busy', 7_000)) });
  expect(await measureDue(down, () => 0.5)).toMatchObject({
    ...{ tried: 2, failure: { code: 'http_429', retryAfterMs: 7_000 } },
  });
  expect(await histograms()).toEqual({ [HISTOGRAM.embeddingFailures]: { http_429: 2 } });
  // Not at once.
  expect(await measureDue(down, () => 0.5)).toMatchObject({ tried: 0 });
  for (let attempt = 2; attempt <= 5; attempt++) {
    await makeDue();
    await measureAll(down);
  }
  expect(await histograms()).toEqual({
    [HISTOGRAM.embedded]: { failed: 2 },
    [HISTOGRAM.embeddingFailures]: { http_429: 10 },
  });
  // What it did not answer has cost nothing but requests; at the last attempt each pair is asked about by itself.
  expect(await spent()).toEqual({ requests: 6, tokens: 0 });
});

it.each(['http_500', 'timeout', 'unreadable_reply', 'wrong_length'])(
  'one text on which the endpoint breaks (%s) does not cost the pairs around it their vectors',
  async (code) => {
    await ingest([...many(15), pair('bad', { candidate: 'this one breaks it' })]);
    const ports = portsOf({
      batch: 32,
      embed: async (texts) => {
        if (texts.some((text) => text.includes('breaks'))) throw new EndpointFailure(code, 'no');
        return texts.map((text) => embeddingOf(text));
      },
    });
    for (let attempt = 1; attempt <= 5; attempt++) {
      await makeDue();
      await measureAll(ports);
    }
    expect((await histograms())[HISTOGRAM.embedded]).toEqual({ compared: 15, failed: 1 });
    expect(ports.asked.length).toBeLessThanOrEqual(25);
  },
);

it('an endpoint that said the same of all texts is not believed after it was set right', async () => {
  await ingest([pair('a')]);
  await measureAll(portsOf({ embed: async (texts) => texts.map(() => [1, 2, 3]) }));
  expect(await histograms()).toMatchObject({ [HISTOGRAM.embeddingFailures]: { same_vector: 1 } });
  const { primary, candidate } = pair('a');
  await ingest([pair('b', { primary, candidate })]);
  await measureAll(portsOf());
  expect(await histograms()).toMatchObject({
    [HISTOGRAM.embedded]: { compared: 1, failed: 1 },
    [HISTOGRAM.embeddingFailures]: { same_vector: 1 },
  });
});

it('one text that is refused does not cost the others of its request their vectors', async () => {
  await ingest([...many(3), pair('bad', { candidate: 'this one is refused, being long' })]);
  const ports = portsOf({
    embed: async (texts) => {
      if (texts.some((text) => text.includes('refused'))) throw new EndpointFailure('http_400', 'no');
      return texts.map((text) => embeddingOf(text));
    },
  });
  expect(await measureDue(ports, () => 0.5)).toMatchObject({ tried: 4, failure: null });
  expect(await histograms()).toMatchObject({
    [HISTOGRAM.embedded]: { compared: 3, failed: 1 },
    [HISTOGRAM.embeddingFailures]: { http_400: 1 },
  });
  expect(ports.asked.length).toBeLessThanOrEqual(10);
});

it('an endpoint that refuses everything is found out by three requests, and is at fault itself', async () => {
  await ingest(many(4));
  const ports = portsOf({ embed: async () => Promise.reject(new EndpointFailure('http_400', 'no')) });
  expect(await measureDue(ports, () => 0.5)).toMatchObject({ failure: { code: 'http_400' } });
  expect(ports.asked.map((texts) => texts.length)).toEqual([8, 1, 1]);
  expect(await rows()).toMatchObject(Array(4).fill({ outcome: null }));
});

it.each<[string, (texts: readonly string[]) => readonly (readonly number[])[], string]>([
  ['the same vector for other words', (texts) => texts.map(() => [1, 2, 3]), 'same_vector'],
  ['zeros', (texts) => texts.map(() => [0, 0]), 'zero_vector'],
  ['no numbers', (texts) => texts.map(() => [NaN, 1]), 'not_finite'],
  [
    'vectors of two lengths',
    (texts) => texts.map((_, i) => [1, ...Array<number>(i % 2).fill(2)]),
    'other_lengths',
  ],
])('an endpoint that answers %s proves nothing', async (_what, lie, reason) => {
  await ingest(many(4));
  const ports = portsOf({ embed: async (texts) => lie(texts) });
  for (let i = 0; i < 5; i++) {
    await measureAll(ports);
    await makeDue();
  }
  const found = await histograms();
  expect(found[HISTOGRAM.embedded]).toEqual({ failed: 4 });
  expect(Object.keys(found[HISTOGRAM.embeddingFailures] ?? {})).toEqual([reason]);
  expect((await shadow())?.measures).toEqual({});
});

it('vectors of another length, of a model that was there before, are asked for anew', async () => {
  const texts = { primary: 'one two three', candidate: 'one two four' };
  await ingest([pair('a', texts)]);
  await measureAll(portsOf({ embed: async (all) => all.map((text) => embeddingOf(text, 16)) }));
  await ingest([pair('b', { ...texts, candidate: 'five six' })]);
  const ports = portsOf();
  await measureAll(ports);
  await makeDue();
  await measureAll(ports);
  expect((await histograms())[HISTOGRAM.embedded]).toEqual({ compared: 2 });
  expect(ports.asked).toEqual([['five six'], ['one two three', 'five six']]);
});

it('a worker that died with pairs has spent its request, and its claim ends; what it finds later counts nothing', async () => {
  await ingest(many(2));
  const dead = await db.uow.run(async ({ embeddingPairs }) => {
    const claimed = await embeddingPairs.claim(8, 5, 60_000);
    expect(await embeddingPairs.book(rolloutId, 30, { requests: 5, tokens: null })).toBe(true);
    return claimed;
  });
  const ports = portsOf();
  expect(await measureDue(ports, () => 0.5)).toMatchObject({ tried: 0 });
  await makeDue();
  await measureAll(ports);
  expect((await histograms())[HISTOGRAM.embedded]).toEqual({ compared: 2 });
  expect(await spent()).toMatchObject({ requests: 2, tokens: 30 + 4 * TOKENS });
  const late = { pair: dead[0]!, outcome: 'compared', distance: 1, reason: null } as const;
  expect(await db.uow.run((stores) => stores.embeddingPairs.settle(late))).toBe(false);
});

it('a claim goes on as long as its requests do', async () => {
  await ingest(many(4));
  const slow = portsOf({
    embed: async (texts) => {
      const [row] = await db.query<{ left: number }>(
        'SELECT extract(epoch FROM min(due_at) - clock_timestamp())::int AS left FROM embedding_pair WHERE outcome IS NULL',
      );
      expect(row?.left).toBeGreaterThan(120);
      await db.query("UPDATE embedding_pair SET due_at = due_at - interval '100 s' WHERE outcome IS NULL");
      if (texts.includes('r2 first second third')) throw new EndpointFailure('http_413', 'no');
      return texts.map((text) => embeddingOf(text));
    },
  });
  await measureAll(slow);
  expect(slow.asked.length).toBeGreaterThan(3);
  expect((await histograms())[HISTOGRAM.embedded]).toEqual({ compared: 3, failed: 1 });
});

it('keeps nothing of a rollout that has ended', async () => {
  await ingest(many(30));
  await measureDue(portsOf(), () => 0.5);
  await db.query('UPDATE rollout SET ended_at = clock_timestamp() WHERE id = $1', [rolloutId]);
  const ports = portsOf();
  await measureAll(ports);
  expect(await rows()).toEqual([]);
  expect(ports.asked).toEqual([]);
  expect(await db.query('SELECT * FROM embedding_spending WHERE rollout_id = $1', [rolloutId])).toEqual([]);
  await ingest([pair('late')]);
  expect(await rows()).toEqual([]);
});
