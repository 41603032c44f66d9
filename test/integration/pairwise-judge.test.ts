import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import {
  ingestEvidence,
  type Judge,
  judgeDue,
  EndpointFailure,
  type JudgePorts,
  reconcileRollout,
  type TextPairRecord,
} from '#libs/engine';
import { HISTOGRAM } from '#libs/stats';
import { freshUnitOfWork } from '../support/databases/database.ts';
import { deployed, reconcilePorts, register } from '../support/builders.ts';

/** The book-keeping of the pairwise judge, on PostgreSQL; what is asked over HTTP is in test/e2e/pairwise-judge.test.ts. */
let db: Awaited<ReturnType<typeof freshUnitOfWork>>;
let rolloutId: string;
let revision: number;
let models = 0;
let sequence = 0;
beforeAll(async () => {
  db = await freshUnitOfWork();
});
afterAll(() => db.close());
beforeEach(async () => {
  const model = `m${++models}`;
  const first = await register(db.uow, model);
  await deployed(db.uow, first);
  await reconcileRollout(reconcilePorts(db.uow), first.rollout!.id);
  const policy = {
    name: 'p',
    steps: [{ shadow: { minRequests: 1_000, maxDuration: '1h' } }],
    gates: [{ metric: 'judge_win_rate', min: 0.4 }],
  };
  const second = await register(db.uow, model, { rollout: { policy } });
  await deployed(db.uow, second);
  rolloutId = second.rollout!.id;
  await reconcileRollout(reconcilePorts(db.uow), rolloutId);
  const route = await db.uow.run(async (stores) => {
    const { id } = (await stores.models.find(model))!;
    return stores.routes.find(id);
  });
  revision = route!.revision;
  // The gateways are asked for pairs.
  expect(route?.reading).toMatchObject({ textPairs: expect.any(Number) });
});

const pair = (requestId: string, more: Partial<TextPairRecord> = {}): TextPairRecord => ({
  ...{ rolloutId, revision, requestId, request: `ask ${requestId}`, identical: false },
  // Texts of its own: what was asked before is not asked again.
  ...{ primary: `whole ${requestId} of ${rolloutId}`, candidate: `cut ${requestId} of ${rolloutId}` },
  ...more,
});
const ingest = (textPairs: readonly TextPairRecord[]) =>
  ingestEvidence(db.uow, {
    ...{ gateway: 'g', boot: 'b', sequence: ++sequence, acknowledged: [], entries: [] },
    textPairs,
  });
/** Prefers what begins with "whole", wherever it stands. */
const honest = async (prompt: string): Promise<string> => (prompt.startsWith('whole') ? '[[A]]' : '[[B]]');
const portsOf = (
  reply: (prompt: string) => Promise<string>,
  limits: Partial<JudgePorts['limits']> = {},
): JudgePorts & { readonly asked: string[] } => {
  const asked: string[] = [];
  const judge: Judge = {
    identity: 'test',
    ask: async (prompt) => {
      asked.push(prompt);
      return { text: await reply(prompt), inputTokens: 1_000, outputTokens: 10 };
    },
  };
  const all = { requests: 1_000, cost: null, inputPrice: 0, outputPrice: 0, ...limits };
  return { uow: db.uow, judge, prompt: '{{answerA}} or {{answerB}}', limits: all, asked };
};
/** Until nothing is due. */
async function judgeAll(...workers: JudgePorts[]): Promise<void> {
  for (let tried = 1; tried > 0;) {
    const turns = await Promise.all(workers.map((ports) => judgeDue(ports, () => 0.5)));
    tried = turns.reduce((sum, turn) => sum + turn.tried, 0);
  }
}
const histograms = async () =>
  (await db.uow.run((stores) => stores.evidence.ofRollout(rolloutId)))[0]?.shadow.histograms ?? {};
const makeDue = () =>
  db.query("UPDATE text_pair SET due_at = clock_timestamp() - interval '1 s' WHERE outcome IS NULL");
const rows = () =>
  db.query<Record<string, unknown>>('SELECT * FROM text_pair WHERE rollout_id = $1', [rolloutId]);

it('counts each pair once, in both orders, and keeps no text of it; a repeat of a batch counts nothing', async () => {
  const pairs = Array.from({ length: 10 }, (_, i) => pair(`r${i}`));
  await ingest(pairs);
  await ingest(pairs);
  const ports = portsOf(honest);
  await judgeAll(ports, ports);
  expect(await histograms()).toMatchObject({ [HISTOGRAM.judged]: { loss: 10 } });
  expect(new Set(ports.asked).size).toBe(20);
  expect(ports.asked).toHaveLength(20);
  await ingest(pairs);
  await judgeAll(ports);
  expect(await histograms()).toMatchObject({ [HISTOGRAM.judged]: { loss: 10 } });
  expect(JSON.stringify(await rows())).not.toMatch(/whole|cut|ask/);
});

it('does not ask twice what it was asked before', async () => {
  await ingest([pair('one', { primary: 'whole x', candidate: 'cut x' })]);
  const ports = portsOf(honest);
  await judgeAll(ports);
  await ingest([pair('two', { primary: 'whole x', candidate: 'cut x' })]);
  await judgeAll(ports);
  expect(ports.asked).toHaveLength(2);
  expect(await histograms()).toMatchObject({ [HISTOGRAM.judged]: { loss: 2 } });
});

it('keeps to the budget of requests, whatever number of workers ask; the rest is named, and ties are no exception', async () => {
  const ports = portsOf(honest, { requests: 6 });
  await ingest(Array.from({ length: 12 }, (_, i) => pair(`r${i}`)));
  await judgeAll(ports, ports, ports);
  await ingest([pair('same', { candidate: pair('same').primary, identical: true })]);
  await judgeAll(ports);
  expect(ports.asked).toHaveLength(6);
  expect(await histograms()).toMatchObject({ [HISTOGRAM.judged]: { loss: 3, over_budget: 10 } });
});

it('keeps to the budget of money', async () => {
  // A pair costs 2 · 1,010 tokens.
  const ports = portsOf(honest, { cost: 0.0105, inputPrice: 1, outputPrice: 1 });
  await ingest(Array.from({ length: 12 }, (_, i) => pair(`r${i}`)));
  await judgeAll(ports);
  expect(ports.asked).toHaveLength(10);
  expect(await histograms()).toMatchObject({ [HISTOGRAM.judged]: { loss: 5, over_budget: 7 } });
});

it('keeps to the budget of money where replies cannot be used: they have been paid for', async () => {
  const spent = { inputTokens: 1_000, outputTokens: 10 };
  const ports = portsOf(
    async () => Promise.reject(new EndpointFailure('unreadable_reply', 'no choices', null, spent)),
    { cost: 0.006, inputPrice: 1, outputPrice: 1 },
  );
  await ingest(Array.from({ length: 12 }, (_, i) => pair(`r${i}`)));
  for (let i = 0; i < 12; i++) {
    await judgeDue(ports, () => 0.5);
    await makeDue();
  }
  // A pair costs 0.00202.
  expect(ports.asked.length).toBeLessThanOrEqual(6);
  expect((await histograms())[HISTOGRAM.judged]).toMatchObject({ over_budget: expect.any(Number) });
});

it('asks again what came to nothing, a few times; then the pair is one that the judge failed on', async () => {
  await ingest([pair('r')]);
  const down = portsOf(async () => Promise.reject(new EndpointFailure('http_503', 'busy')));
  expect(await judgeDue(down, () => 0.5)).toMatchObject({ tried: 1, failure: { code: 'http_503' } });
  // Not at once.
  expect(await judgeDue(down, () => 0.5)).toMatchObject({ tried: 0 });
  for (let attempt = 2; attempt <= 5; attempt++) {
    expect(await histograms()).toEqual({});
    await makeDue();
    await judgeDue(down, () => 0.5);
  }
  expect(await histograms()).toEqual({
    [HISTOGRAM.judged]: { failed: 1 },
    [HISTOGRAM.judgeFailures]: { http_503: 1 },
  });
  expect(down.asked).toHaveLength(10);
  await makeDue();
  expect(await judgeDue(down, () => 0.5)).toMatchObject({ tried: 0 });
});

it('a worker that died with a pair has spent its requests, and another one takes the pair on', async () => {
  await ingest([pair('r')]);
  await db.uow.run((stores) => stores.textPairs.claim(rolloutId, 1, 60_000));
  const ports = portsOf(honest);
  expect(await judgeDue(ports, () => 0.5)).toMatchObject({ tried: 0 });
  await makeDue();
  await judgeAll(ports);
  expect(await histograms()).toMatchObject({ [HISTOGRAM.judged]: { loss: 1 } });
  expect(await rows()).toMatchObject([{ requests: 4, attempts: 2, outcome: 'loss' }]);
});

it('lets few pairs wait, so that the sample goes on as long as the judge does; and none of a rollout that has ended', async () => {
  await ingest(Array.from({ length: 15 }, (_, i) => pair(`a${i}`)));
  for (let i = 0; i < 20; i++) await ingest([pair(`b${i}`)]);
  expect(await rows()).toHaveLength(20);
  await db.query('UPDATE rollout SET ended_at = clock_timestamp() WHERE id = $1', [rolloutId]);
  const ports = portsOf(honest);
  await judgeAll(ports);
  expect(await rows()).toEqual([]);
  expect(ports.asked).toEqual([]);
  await ingest([pair('late')]);
  expect(await rows()).toEqual([]);
});

it('texts that differ only in what was left out of them are no tie', async () => {
  await ingest([pair('r', { candidate: pair('r').primary })]);
  const ports = portsOf(honest);
  await judgeAll(ports);
  expect(await histograms()).toMatchObject({
    [HISTOGRAM.judged]: { failed: 1 },
    [HISTOGRAM.judgeFailures]: { shortened_alike: 1 },
  });
  expect(ports.asked).toEqual([]);
});
