import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  ingestEvidence,
  MOST_EVENTS_OF_REQUEST,
  reconcileRollout,
  takeFeedback,
  takeFeedbackTogether,
  type EvidenceEntry,
  type Feedback,
  type SampleRecord,
  type ServedRequest,
} from '#libs/engine';
import { OVERFLOW_BINS } from '#libs/stats';
import { freshUnitOfWork } from '../support/databases/database.ts';
import { deployed, reconcilePorts, register, tally } from '../support/builders.ts';

let db: Awaited<ReturnType<typeof freshUnitOfWork>>;
let rolloutId: string;
let sequence = 0;
const REVISION = 2;
const gates = [
  { metric: 'error_rate', maxIncrease: 0.5, segments: { header: 'x-country', most: 4 } },
  { metric: 'feedback.click', maxDecrease: 0.5 },
];
beforeAll(async () => {
  db = await freshUnitOfWork();
  const first = await register(db.uow, 'm');
  await deployed(db.uow, first);
  await reconcileRollout(reconcilePorts(db.uow), first.rollout!.id);
  const steps = [{ canary: { weight: '50%', minRequests: 1_000, maxDuration: '1h' } }];
  const second = await register(db.uow, 'm', { rollout: { policy: { name: 'p', steps, gates } } });
  await deployed(db.uow, second);
  rolloutId = second.rollout!.id;
  await reconcileRollout(reconcilePorts(db.uow), rolloutId);
});
afterAll(() => db.close());

const entry = (more: Partial<EvidenceEntry> = {}): EvidenceEntry => ({
  ...{ rolloutId, revision: REVISION, arm: 'primary', tally: tally(1) },
  ...more,
});
const served = (requestId: string, model = 'm'): ServedRequest => ({
  ...{ requestId, model, rolloutId, revision: REVISION, arm: 'primary', segments: [] },
});
const sample = (requestId: string, request = ''): SampleRecord => ({
  ...{ rolloutId, revision: REVISION, requestId, request, badness: 1 },
  primary: { status: 200, body: '' },
  candidate: { status: 200, body: '' },
});
const ingest = (lists: Partial<Parameters<typeof ingestEvidence>[1]>) =>
  ingestEvidence(db.uow, {
    ...{ gateway: 'g', boot: 'b', sequence: ++sequence, acknowledged: [], entries: [] },
    ...lists,
  });
const evidence = async () => (await db.uow.run((stores) => stores.evidence.ofRollout(rolloutId)))[0];
/** Longer than a row of an index may be, and not to be compressed. */
const endless = (): string => randomBytes(4_000).toString('hex');

describe('rows that PostgreSQL refuses', () => {
  /** What no schema of ours lets through, each as another error of the database. */
  const refused: readonly (() => EvidenceEntry)[] = [
    () =>
      entry({
        arm: 'primary',
        tally: tally(1, 0, { histograms: { output: { 'x\0': 1 } } }),
        revision: REVISION,
        segment: 'error_rate=nul',
      }),
    () => entry({ arm: 'shadow', tally: { ...tally(1), requests: 1e30 } }),
    () => entry({ arm: 'shadow', tally: { ...tally(1), compared: 0.5 } }),
  ];

  it('are left out and named, one by one; every other one counts, once', async () => {
    let counted = (await evidence())?.candidate.requests ?? 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.option(fc.nat(refused.length - 1), { nil: null }), { minLength: 1, maxLength: 12 }),
        async (kinds) => {
          const bad = [...new Set(kinds.filter((kind) => kind !== null))].flatMap(
            (kind) => refused[kind]?.() ?? [],
          );
          // Those of one arm are added up before they are stored, so the sound ones have an arm of their own.
          const sound = kinds.filter((kind) => kind === null).map(() => entry({ arm: 'candidate' }));
          const batch = {
            entries: [...bad, ...sound],
            served: [served(randomUUID())],
            samples: [sample(randomUUID())],
          };
          const answer = await ingest(batch);
          const repeated = await ingestEvidence(db.uow, {
            ...{ gateway: 'g', boot: 'b', sequence, acknowledged: [] },
            ...batch,
          });
          expect([answer.counted, repeated.counted]).toEqual([true, false]);
          expect(answer.refused.entries.length).toBeGreaterThanOrEqual(bad.length > 0 ? 1 : 0);
          for (const { reason } of answer.refused.entries)
            expect(reason).toMatch(/^the database refuses it: ./);
          expect([answer.refused.served, answer.refused.samples]).toEqual([[], []]);
          counted += sound.length;
          expect((await evidence())?.candidate.requests ?? 0).toBe(counted);
        },
      ),
      { numRuns: 15, endOnFailure: true },
    );
  });

  it('of request ids and samples cost no other, and not the evidence', async () => {
    const before = (await evidence())?.candidate.requests ?? 0;
    const good = [randomUUID(), randomUUID()] as const;
    const { refused: left } = await ingest({
      entries: [entry({ arm: 'candidate' })],
      served: [served(good[0]), served(endless()), served('a\0'), served(good[1])],
      samples: [sample(good[0]), sample(randomUUID(), 'x\0'), sample(endless()), sample(good[1])],
    });
    expect([left.entries.length, left.served.length, left.samples.length]).toEqual([0, 2, 2]);
    expect((await evidence())?.candidate.requests).toBe(before + 1);
    const known = await db.uow.run((stores) => stores.feedback.findServed('m', good));
    expect([...known.keys()].sort()).toEqual([...good].sort());
    const kept = await db.uow.run((stores) => stores.samples.ofRollout(rolloutId));
    expect(kept.map((one) => one.requestId)).toEqual(expect.arrayContaining([...good]));
  });
});

describe('floods of names', () => {
  it('bins that batches invent one after the other do not add up without end', async () => {
    for (let batch = 0; batch < 10; batch++) {
      const bins = Object.fromEntries(Array.from({ length: 60 }, (_bin, i) => [`${batch} ${i}`, 1]));
      await ingest({ entries: [entry({ tally: tally(60, 0, { histograms: { output: bins } }) })] });
    }
    const output = (await evidence())?.primary.histograms['output'] ?? {};
    expect(Object.keys(output).length).toBeLessThanOrEqual(200 + OVERFLOW_BINS);
    expect(Object.values(output).reduce((a, b) => a + b, 0)).toBe(600);
    const elsewhere = Object.entries(output).filter(([bin]) => bin.startsWith('(other '));
    expect(elsewhere.reduce((sum, [, count]) => sum + count, 0)).toBe(400);
  });

  it('values of segments of several gateways are never more than the gate judges, and the frequent ones get in', async () => {
    const of = (value: string, requests: number): EvidenceEntry =>
      entry({ segment: `error_rate=${value}`, tally: tally(requests) });
    await ingest({ entries: [of('junk-1', 3), of('de', 40), of('fr', 30), of('it', 20), of('junk-2', 3)] });
    await ingest({
      entries: [entry({ tally: tally(5_000) }), of('it', 20), of('junk-3', 2), of('es', 25), of('junk-4', 2)],
    });
    const segments = Object.keys((await evidence())?.segments ?? {}).filter((key) => !key.endsWith('=nul'));
    expect(segments.sort()).toEqual(
      ['(other)', 'de', 'es', 'fr', 'it'].map((value) => `error_rate=${value}`),
    );
  });

  it('request ids of one model have a bound, which costs no other model its own', async () => {
    await db.query(
      `INSERT INTO served_window (model, starts_at, bytes)
       SELECT 'flood', date_bin('10 minutes', clock_timestamp() + make_interval(mins => n), 'epoch'), $1 FROM generate_series(0, 10, 10) AS n`,
      [64 * 1024 * 1024 - 150],
    );
    const { refused: left } = await ingest({
      served: [served('one', 'flood'), served('two', 'flood'), served('ours')],
    });
    expect(left.served.map(({ entry: one, reason }) => [one.requestId, reason])).toEqual([
      ['two', expect.stringContaining('64 MiB in ten minutes')],
    ]);
    expect([...(await db.uow.run((stores) => stores.feedback.findServed('m', ['ours']))).keys()]).toEqual([
      'ours',
    ]);
  });

  it('events of one receipt count 20 times, whatever ids they have, in however many batches', async () => {
    const event = (id: string): Feedback => ({
      ...{ model: 'm', metric: 'click', value: 1, at: null, id },
      by: {
        kind: 'receipt',
        served: { rolloutId, revision: REVISION, arm: 'candidate', segments: [] },
        requestId: 'one request',
      },
    });
    const reports = [];
    for (let batch = 0; batch < 3; batch++)
      reports.push(
        await takeFeedback(
          db.uow,
          Array.from({ length: 15 }, (_event, i) => event(`${batch} ${i}`)),
        ),
      );
    expect(reports.map(({ counted, refused: left }) => [counted, left.length])).toEqual([
      [15, 0],
      [5, 10],
      [0, 15],
    ]);
    expect(reports[2]?.refused[0]?.because).toBe('more than 20 events of one request');
    // A repeat of one that counted is a repeat, not one too many.
    expect(await takeFeedback(db.uow, [event('0 0')])).toMatchObject({
      counted: 0,
      repeated: 1,
      refused: [],
    });
    expect((await evidence())?.candidate.measures['feedback.click']?.n).toBe(MOST_EVENTS_OF_REQUEST);
  });

  it('of several callers taken together are what they are one after the other', async () => {
    let run = 0;
    const items = fc.record({
      metric: fc.constantFrom('click', 'unknown'),
      value: fc.constantFrom(0, 1, 2),
      id: fc.constantFrom(...'abcde'),
      request: fc.constantFrom('one', 'two'),
      lateDays: fc.constantFrom(0, 40),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(items, { maxLength: 6 }), { maxLength: 5 }), async (callers) => {
        run++;
        const batches = (way: string): Feedback[][] =>
          callers.map((batch) =>
            batch.map(({ metric, value, id, request, lateDays }) => ({
              ...{ model: 'm', metric, value, id: `${way} ${run} ${id}` },
              at: lateDays === 0 ? null : Date.now() - lateDays * 86_400_000,
              by: {
                kind: 'receipt',
                served: { rolloutId, revision: REVISION, arm: 'primary', segments: [] },
                requestId: `${way} ${run} ${request}`,
              },
            })),
          );
        const clicks = async () => (await evidence())?.primary.measures['feedback.click']?.n ?? 0;
        const [before, alone] = [await clicks(), []] as [number, unknown[]];
        for (const batch of batches('alone')) alone.push(await takeFeedback(db.uow, batch));
        const between = await clicks();
        expect(await takeFeedbackTogether(db.uow, batches('together'))).toEqual(alone);
        expect((await clicks()) - between).toBe(between - before);
      }),
      { numRuns: 30 },
    );
  });
});
