import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type EvidenceBatch, readBatch, readBatchAnswer, splitByBytes } from '#libs/gateway-protocol';
import { createLogger } from '#libs/observe';
import type { Route } from '#libs/traffic';
import { evidenceBatch as strictBatch } from '../../../../../test/support/older/strict-evidence.schema.ts';
import {
  EvidenceCollector,
  type BatchToPost,
  type Posted,
  EvidenceSender,
  EvidenceSpool,
  RouteTable,
} from '#libs/data-plane';
import { SilentPrimaries } from '../../health/silent-primaries.ts';
import { LocalTrips } from '../../trips/local-trips.ts';
import { LabelledCounts } from '../../figures/plain-metrics.ts';
import { SampleKeeper } from '../sample-keeper.ts';
import { TextPairKeeper } from '../text-pair-keeper.ts';

const rollout = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const route = (n: number): Route => ({
  ...{ model: `m${n}`, rolloutId: rollout(n), revision: 1, salt: 's', outputSpec: null, reading: null },
  primary: { version: 1, url: 'http://127.0.0.1:1' },
  candidate: { version: 2, url: 'http://127.0.0.1:2', mode: 'canary', weight: 100 },
});
const outcome = { failed: false, latencyMs: 1, unitGroup: 0, segments: [] };

/** An api that refuses batches as a whole, counts names once, and may lose its answers: what it counted, by rollout. */
class WholeBatchApi {
  readonly counted = new Map<string, number>();
  private readonly names = new Map<string, number>();
  posts = 0;

  constructor(
    /** Of a batch as JSON gives it back. */
    private readonly refuses: (batch: EvidenceBatch) => boolean,
    private readonly answers: (post: number) => boolean = () => true,
  ) {}

  readonly post = (sent: BatchToPost): Promise<Posted> => {
    const batch = JSON.parse(JSON.stringify(sent)) as EvidenceBatch;
    const isAnswered = this.answers(this.posts++);
    if (this.refuses(batch)) {
      const refused: Posted = { kind: 'refused', status: 422, text: 'request_invalid' };
      return Promise.resolve(isAnswered ? refused : { kind: 'retry' });
    }
    const key = `${batch.gateway} ${batch.boot}`;
    const isNew = (this.names.get(key) ?? 0) < batch.sequence;
    if (isNew) {
      this.names.set(key, batch.sequence);
      for (const { rolloutId, tally } of batch.entries)
        this.counted.set(rolloutId, (this.counted.get(rolloutId) ?? 0) + tally.requests);
    }
    const answer = readBatchAnswer(JSON.stringify({ counted: isNew }));
    return Promise.resolve(isAnswered ? { kind: 'ok', answer } : { kind: 'retry' });
  };
}

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});
async function newFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'understudy-sender-'));
  folders.push(folder);
  return folder;
}
async function senderTo(
  api: Pick<WholeBatchApi, 'post'>,
  leftOver: readonly EvidenceBatch[] = [],
  now?: () => number,
  folder = '',
) {
  folder ||= await newFolder();
  const collector = new EvidenceCollector();
  const refusals = new LabelledCounts(['list', 'how']);
  const spool = new EvidenceSpool(path.join(folder, 'evidence.json'), createLogger('test', 'silent'));
  // As at its start: what it has read it may take away.
  await spool.read();
  const sender = new EvidenceSender(
    {
      ...{ gatewayId: 'g', post: api.post, collector, refusals, spool },
      samples: { worst: new SampleKeeper(), pairs: new TextPairKeeper(() => 0) },
      routes: new RouteTable(() => undefined),
      silent: new SilentPrimaries(),
      localTrips: new LocalTrips(() => undefined),
      logger: createLogger('test', 'silent'),
    },
    leftOver,
    now,
  );
  return { sender, collector, spool };
}

describe('a batch that the api refuses as a whole', () => {
  it('costs the entries that it is refused for, and no other, whatever answers get lost', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.nat(30), { minLength: 1, maxLength: 20 }),
        fc.uniqueArray(fc.nat(30), { maxLength: 4 }),
        fc.array(fc.boolean(), { maxLength: 30 }),
        async (models, poisoned, lost) => {
          const bad = new Set(poisoned.map(rollout));
          const api = new WholeBatchApi(
            ({ entries }) => entries.some(({ rolloutId }) => bad.has(rolloutId)),
            (post) => !lost[post],
          );
          const { sender, collector } = await senderTo(api);
          for (const model of models) collector.count(route(model), 'primary', outcome);
          for (let i = 0; i <= lost.length; i++) await sender.flush();
          await sender.stop();
          const sound = models.filter((model) => !bad.has(rollout(model)));
          expect([...api.counted].sort()).toEqual(sound.map((model) => [rollout(model), 1]).sort());
          expect(collector.lost).toBe(models.length - sound.length);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('waits where whatever is sent is refused: nothing is lost', async () => {
    const refusing = new WholeBatchApi(() => true);
    const { sender, collector, spool } = await senderTo(refusing);
    collector.count(route(1), 'primary', outcome);
    for (let i = 0; i < 5; i++) expect(await sender.flush()).toBe(false);
    await sender.stop();
    expect(collector.lost).toBe(0);
    const left = await spool.read();
    expect(left.flatMap(({ entries }) => entries)).toHaveLength(1);
    // The next start delivers it, under the name that it had.
    const api = new WholeBatchApi(() => false);
    const next = await senderTo(api, left);
    await next.sender.stop();
    expect([...api.counted]).toEqual([[rollout(1), 1]]);
  });
});

/** One second of a gateway's life. */
interface Second {
  readonly requests: number;
  readonly api: 'there' | 'away' | 'answers get lost';
  readonly killed: boolean;
}
const AWAY = { post: (): Promise<Posted> => Promise.resolve({ kind: 'retry' }) };

describe('a gateway that is killed, as often as may be', () => {
  it('loses at most what it gathered in 7 s or in a tenth of the outage, and nothing is counted twice', async () => {
    const second = fc.record({
      requests: fc.nat(3),
      api: fc.oneof(
        { weight: 6, arbitrary: fc.constant<Second['api']>('away') },
        fc.constantFrom<Second['api'][]>('there', 'answers get lost'),
      ),
      killed: fc.oneof({ weight: 14, arbitrary: fc.constant(false) }, fc.constant(true)),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(second, { minLength: 1, maxLength: 120 }), async (seconds) => {
        let isAnswered = true;
        const api = new WholeBatchApi(
          () => false,
          () => isAnswered,
        );
        const folder = await newFolder();
        let now = 0;
        let isThere = true;
        // A dead process asks nobody any more.
        const lifeOf = (left: readonly EvidenceBatch[]) => {
          const life = { isOver: false };
          const post: WholeBatchApi['post'] = (batch) =>
            isThere && !life.isOver ? api.post(batch) : AWAY.post();
          return senderTo({ post }, left, () => now, folder).then((parts) => ({ life, ...parts }));
        };
        let current = await lifeOf([]);
        let [made, mayBeLost, awaySince] = [0, 0, null as number | null];
        let recent: { at: number; requests: number }[] = [];
        for (const { requests, api: state, killed } of seconds) {
          now += 1_000;
          for (let i = 0; i < requests; i++) current.collector.count(route(1), 'primary', outcome);
          made += requests;
          recent.push({ at: now, requests });
          [isThere, isAnswered] = [state !== 'away', state === 'there'];
          if (await current.sender.flush()) awaySince = null;
          else awaySince ??= now;
          if (!killed) continue;
          const window = Math.max(7_000, 0.1 * (now - (awaySince ?? now)) + 2_000);
          mayBeLost += recent
            .filter(({ at }) => at > now - window)
            .reduce((sum, one) => sum + one.requests, 0);
          recent = [];
          current.life.isOver = true;
          // Its timer ends with it; what it would write after its death is taken back.
          const left = await current.spool.read();
          await current.sender.stop();
          await current.spool.write(left);
          current = await lifeOf(left);
        }
        [isThere, isAnswered] = [true, true];
        await current.sender.stop();
        const counted = api.counted.get(rollout(1)) ?? 0;
        expect(counted).toBeLessThanOrEqual(made);
        expect(counted).toBeGreaterThanOrEqual(made - mayBeLost);
        expect(await current.spool.read()).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});

describe('an older api and a newer gateway', () => {
  it('an api from before there was a protocol takes what this gateway sends', async () => {
    const api = new WholeBatchApi((batch) => !strictBatch.safeParse(batch).success);
    const { sender, collector } = await senderTo(api);
    for (const n of [1, 2, 3]) {
      collector.count(route(n), 'candidate', outcome);
      collector.observe(route(n), 'candidate', [], {
        measures: [['score', 1]],
        histograms: [['output', '']],
      });
    }
    await sender.flush();
    await sender.stop();
    expect([api.counted.size, collector.lost]).toEqual([3, 0]);
  });

  it('this api takes what a newer gateway sends: unknown fields and lists everywhere, unknown arms by themselves', () => {
    const collector = new EvidenceCollector();
    for (const n of [1, 2]) collector.count(route(n), 'candidate', outcome);
    const entries = collector.drain().map((entry) => ({
      ...{ ...entry, slice: '2026-11-26T04:00Z' },
      tally: { ...entry.tally, tokens: 7, latency: { ...entry.tally.latency, max: 3 } },
    }));
    const newer = {
      ...{ protocol: 9, gateway: 'g', boot: 'b', sequence: 1, region: 'eu', spans: [{ id: 1 }] },
      acknowledged: [{ model: 'm1', revision: 1, at: 'now' }],
      entries: [...entries, { ...entries[0], arm: 'mirror' }],
      trips: [{ model: 'm1', rolloutId: rollout(1), version: 2, failures: 8, of: 10, window: '1m' }],
    };
    const read = readBatch(JSON.parse(JSON.stringify(newer)));
    if ('mistakes' in read) throw new Error('the batch was not read');
    expect(read.lists.entries.map(({ tally }) => tally.requests)).toEqual([1, 1]);
    expect([read.lists.acknowledged.length, read.lists.trips.length]).toEqual([1, 1]);
    expect(read.refused).toMatchObject([{ list: 'entries', index: 2, rolloutId: rollout(1) }]);
    // What is sent again, from here to somebody else, holds nothing that we do not know.
    expect(splitByBytes(read.lists)[0]?.entries[0]).not.toHaveProperty('slice');
  });

  it('this api takes what an older gateway sends, which knows fewer fields', () => {
    const older = {
      ...{ gateway: 'g', boot: 'b', sequence: 1, acknowledged: [] },
      entries: [
        {
          ...{ rolloutId: rollout(1), revision: 1, arm: 'primary' },
          tally: { requests: 2, errors: 1, latency: { count: 2, buckets: { '1': 2 } } },
        },
      ],
    };
    const read = readBatch(older);
    if ('mistakes' in read) throw new Error('the batch was not read');
    expect(read.refused).toEqual([]);
    expect(read.lists.entries[0]?.tally).toMatchObject({ requests: 2, errors: 1, compared: 0, measures: {} });
  });
});

describe('the spool', () => {
  it('is bounded on disk, oldest first, and says what found no room', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'understudy-spool-'));
    folders.push(folder);
    const batch = (sequence: number): EvidenceBatch => ({
      ...{
        gateway: 'g',
        boot: 'b',
        sequence,
        acknowledged: [],
        entries: [],
        trips: [],
        samples: [],
        textPairs: [],
        primaries: [],
      },
      served: [
        {
          ...{ requestId: 'x'.repeat(900), model: 'm', rolloutId: rollout(1), revision: 1 },
          ...{ arm: 'primary' as const, segments: [] },
        },
      ],
    });
    const spool = new EvidenceSpool(path.join(folder, 'evidence.json'), createLogger('test', 'silent'), {
      mostBytes: 5_000,
    });
    const left = await spool.write([1, 2, 3, 4, 5, 6].map(batch));
    expect(left.map(({ sequence }) => sequence)).toEqual([5, 6]);
    expect(await spool.read()).toEqual([1, 2, 3, 4].map(batch));
    await spool.write([]);
    expect(await spool.read()).toEqual([]);
  });
});
