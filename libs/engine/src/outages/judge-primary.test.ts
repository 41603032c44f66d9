import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ASK_MS, judgePrimary, QUIET_MS } from './judge-primary.ts';
import type { OutageRecord, PrimaryFacts, PrimaryWordRecord } from './records.ts';

const T = 1_000_000;
const word = (gateway: string, state: PrimaryWordRecord['state'], more: Partial<PrimaryWordRecord> = {}) => ({
  ...{
    gateway,
    version: 3,
    state,
    since: T - 8_000,
    failures: 4,
    because: 'refused',
    toldAt: T - 500,
    seenAt: T - 500,
  },
  ...more,
});
const out = (gateway: string, more: Partial<PrimaryWordRecord> = {}) => word(gateway, 'unreachable', more);
const facts = (more: Partial<PrimaryFacts> = {}): PrimaryFacts => ({
  ...{
    now: T,
    version: 3,
    words: [],
    alive: ['a', 'b'],
    probes: { state: 'ready', message: 'it answers 200', since: 1 },
  },
  ...more,
});
const bad = (since: number, state: 'not_ready' | 'failed' | 'starting' = 'not_ready') => ({
  ...{ state, message: 'nobody answers: refused', since },
});
const known = (more: Partial<OutageRecord> = {}): OutageRecord => ({
  ...{ version: 3, cause: 'unreachable', scope: 'all', since: T - 60_000, because: 'x', gateways: [] },
  ...{ suspectedAt: T - 60_000, announcedAt: T - 50_000, quietSince: null },
  ...more,
});

describe('is a primary out?', () => {
  type Case = [string, Partial<PrimaryFacts>, OutageRecord | null, string | null, string | null];
  it.each<Case>([
    ['nobody says so', {}, null, null, null],
    ['no version serves', { version: null }, null, null, null],
    ['all gateways say so', { words: [out('a'), out('b')] }, null, 'all', 'primary.unreachable'],
    ['one of two, and the other is asked', { words: [out('a')] }, null, 'some', null],
    [
      'it had the time to say so',
      { words: [out('a')] },
      known({ announcedAt: null }),
      'all',
      'primary.unreachable',
    ],
    [
      'the other one is answered',
      { words: [out('a'), word('b', 'answers', { since: T - 1 })] },
      known({ announcedAt: null }),
      'some',
      null,
    ],
    [
      'the other one was, before',
      { words: [out('a'), word('b', 'answers', { since: T - 9_000 })] },
      known({ announcedAt: null }),
      'all',
      'primary.unreachable',
    ],
    [
      'the other one was, and probes say no since',
      { words: [out('a'), word('b', 'answers', { since: T - 7_000 })], probes: bad(T - 1_000) },
      known({ announcedAt: null }),
      'all',
      'primary.unreachable',
    ],
    [
      'words of another version',
      { words: [out('a', { version: 2 }), out('b', { version: 4 })] },
      null,
      null,
      null,
    ],
    ['the one that says so has gone', { words: [out('a')], alive: ['b'] }, null, null, null],
    [
      'it started anew, and has said nothing',
      { words: [out('a', { toldAt: T - 20_000 })] },
      null,
      null,
      null,
    ],
    [
      'it said so before a clock was set back',
      { words: [out('a', { toldAt: T + 60_000 })] },
      null,
      null,
      null,
    ],
    [
      'the other one was answered before a clock was set back',
      { words: [out('a'), word('b', 'answers', { since: T + 60_000 })] },
      known({ announcedAt: null }),
      'all',
      'primary.unreachable',
    ],
    [
      'it was suspected before a clock was set back',
      { words: [out('a')] },
      known({ announcedAt: null, suspectedAt: T + 60_000 }),
      'all',
      'primary.unreachable',
    ],
    [
      'nobody has said so since before a clock was set back',
      {},
      known({ quietSince: T + 60_000 }),
      null,
      'primary.reachable',
    ],
    ['probes say so', { probes: bad(T - 2_000) }, null, 'some', null],
    [
      'probes say so for long',
      { probes: bad(T - 20_000) },
      known({ announcedAt: null }),
      'all',
      'primary.unreachable',
    ],
    [
      'there is no gateway, and probes say so',
      { alive: [], probes: bad(T - 20_000, 'failed') },
      known({ announcedAt: null }),
      'all',
      'primary.unreachable',
    ],
    [
      'probes say so, and callers are answered',
      { probes: bad(T - 20_000), words: [word('b', 'answers', { since: T - 5 })] },
      known({ announcedAt: null }),
      null,
      null,
    ],
    ['it is announced already', { words: [out('a'), out('b')] }, known(), 'all', null],
    [
      'one gateway is out of it again',
      { words: [out('a'), word('b', 'answers', { since: T - 1 })] },
      known(),
      'some',
      null,
    ],
    [
      'a caller is answered',
      { words: [word('a', 'answers', { since: T - 1 })], probes: bad(T - 20_000) },
      known(),
      null,
      'primary.reachable',
    ],
    [
      'probes find it ready',
      { probes: { state: 'ready', message: '', since: T - 1 } },
      known(),
      null,
      'primary.reachable',
    ],
    ['nobody says it any longer', {}, known(), 'all', null],
    ['nobody has for long', {}, known({ quietSince: T - QUIET_MS }), null, 'primary.reachable'],
    [
      'nobody has, as no gateway is heard of',
      { alive: [] },
      known({ quietSince: T - QUIET_MS }),
      'all',
      null,
    ],
    ['another version serves', { version: 4 }, known(), null, 'primary.reachable'],
    ['no version serves any more', { version: null }, known(), null, 'primary.reachable'],
    ['it was never announced', { version: 4 }, known({ announcedAt: null }), null, null],
  ])('%s', (_what, some, before, scope, event) => {
    const judged = judgePrimary(facts(some), before);
    expect([judged.outage?.scope ?? null, judged.event]).toEqual([scope, event]);
    if (event) expect(judged.because).not.toBe('');
  });

  it('says since when, why and at which gateways, and for how long it stays so', () => {
    const { outage } = judgePrimary(
      facts({ words: [out('b'), out('a', { failures: 9, since: T - 9_000 })] }),
      null,
    );
    expect(outage).toEqual({
      ...{ version: 3, cause: 'unreachable', scope: 'all', since: T - 9_000, suspectedAt: T, announcedAt: T },
      because: 'gateway a and 1 more gets no answer (9 in a row): refused',
      gateways: ['a', 'b'].map((gateway) => ({
        ...{
          gateway,
          state: 'unreachable',
          since: gateway === 'a' ? T - 9_000 : T - 8_000,
          because: 'refused',
        },
      })),
      quietSince: null,
    });
  });

  /** Facts as they may be at any time, of gateways that come, go and start anew. */
  const anyFacts = (now: number): fc.Arbitrary<PrimaryFacts> =>
    fc.record({
      now: fc.constant(now),
      version: fc.constantFrom(3, 3, 3, 3, 4, null),
      alive: fc.subarray(['a', 'b', 'c']),
      words: fc
        .tuple(
          ...['a', 'b', 'c'].map((gateway) =>
            fc.option(
              fc
                .tuple(
                  fc.constantFrom('unreachable' as const, 'failing' as const, 'answers' as const),
                  fc.nat(30_000),
                  fc.nat(20_000),
                )
                .map(([state, ago, told]) =>
                  word(gateway, state, { since: now - ago, toldAt: now - told, seenAt: now }),
                ),
              { nil: null },
            ),
          ),
        )
        .map((words) => words.filter((one) => one !== null)),
      probes: fc.option(
        fc.record({
          state: fc.constantFrom('ready' as const, 'not_ready' as const, 'failed' as const),
          message: fc.constant('m'),
          since: fc.nat(60_000).map((ago) => now - ago),
        }),
      ),
    });

  it('whatever gateways say, and whoever dies between: events come in turn, and none twice', () => {
    const run = fc
      .array(fc.tuple(fc.nat(8_000), fc.nat(3)), { minLength: 1, maxLength: 30 })
      .chain((steps) => {
        let now = T;
        return fc.tuple(
          ...steps.map(([ms, kills]) => {
            now += ms;
            return fc.tuple(anyFacts(now), fc.constant(kills));
          }),
        );
      });
    let events = 0;
    fc.assert(
      fc.property(run, (steps) => {
        let record: OutageRecord | null = null;
        const log: string[] = [];
        for (const [now, kills] of steps) {
          // A worker that is killed before its transaction is kept has judged for nothing; one that is killed after it judges again.
          for (let i = 0; i < kills; i++) judgePrimary(now, record);
          const judged = judgePrimary(now, record);
          record = judged.outage;
          if (judged.event) log.push(judged.event);
          if (record?.announcedAt === now.now) expect(record.scope).toBe('all');
          // Alerts go by the scope: none before it is announced.
          if (record?.scope === 'all') expect(record.announcedAt).not.toBeNull();
          const again = judgePrimary(now, record);
          // Only the next version's outage may follow at once.
          if (record !== null) expect([again.event, again.outage]).toEqual([null, record]);
        }
        for (const [i, event] of log.entries())
          expect(event).toBe(i % 2 === 0 ? 'primary.unreachable' : 'primary.reachable');
        expect(log.length % 2 === 1).toBe(record !== null && (record as OutageRecord).announcedAt !== null);
        events += log.length;
      }),
      { numRuns: 3_000 },
    );
    expect(events).toBeGreaterThan(500);
  });

  it('is announced within the time to ask, and over within the time of quiet, where nothing else changes', () => {
    const first = judgePrimary(facts({ words: [out('a')] }), null);
    expect(first.event).toBeNull();
    const later = { now: T + ASK_MS, words: [out('a', { toldAt: T + ASK_MS, seenAt: T + ASK_MS })] };
    const second = judgePrimary(facts(later), first.outage);
    expect([second.event, second.outage?.since]).toEqual(['primary.unreachable', T - 8_000]);
    const quiet = judgePrimary(facts({ now: T + 20_000 }), second.outage);
    const end = judgePrimary(facts({ now: T + 20_000 + QUIET_MS }), quiet.outage);
    expect([quiet.event, end.event, end.outage]).toEqual([null, 'primary.reachable', null]);
  });
});
