import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ModelAnswer, type OutputSpec, type Reading, type Route } from '#libs/traffic';
import { EvidenceCollector } from './evidence-collector.ts';
import { observeExchange } from './observe-exchange.ts';
import { redacted, SampleKeeper } from './sample-keeper.ts';
import { KnownSegments, segmentsOf } from './segments.ts';

const route = (outputSpec: OutputSpec | null, reading: Partial<Reading> = {}): Route => ({
  model: 'm',
  primary: { version: 1, url: 'http://127.0.0.1:1' },
  candidate: { version: 2, url: 'http://127.0.0.1:2', mode: 'canary', weight: 100 },
  salt: 'salt',
  revision: 3,
  rolloutId: '0e9029e5-5702-4b93-92d0-ccc3bff99f58',
  outputSpec,
  reading: {
    inputs: [],
    output: null,
    segments: [],
    requestIds: false,
    samples: { most: 5, redact: [] },
    ...reading,
  },
});
const outcome = { failed: false, latencyMs: 5, unitGroup: 1, segments: [] };

describe('what is read of an exchange', () => {
  it.each<[string, OutputSpec, string, number, string | undefined]>([
    ['a label', { kind: 'label', path: '$.y' }, '{"y":"cat"}', 0, 'cat'],
    ['a renamed field', { kind: 'label', path: '$.y' }, '{"label":"cat"}', 1, undefined],
    ['NaN in a tensor', { kind: 'tensor', path: '$.y', tolerance: 0 }, '{"y":[1,NaN]}', 1, undefined],
    ['null in a tensor', { kind: 'tensor', path: '$.y', tolerance: 0 }, '{"y":[1,null]}', 1, undefined],
    ['1e309', { kind: 'score', path: '$.y', tolerance: 0 }, '{"y":1e309}', 1, undefined],
    ['1e308', { kind: 'score', path: '$.y', tolerance: 0 }, '{"y":1e308}', 1, undefined],
    ['probabilities', { kind: 'probabilities', path: '$.y' }, '{"y":[0.2,0.8]}', 0, '1'],
    ['an HTML page', { kind: 'score', path: '$.y', tolerance: 0 }, '<html>', 1, undefined],
  ])('%s', (_name, spec, answer, violation, bin) => {
    const { measures, histograms } = observeExchange(
      route(spec),
      null,
      answer === null ? null : new ModelAnswer(200, answer),
    );
    expect(Object.fromEntries(measures)['schema_violation']).toBe(violation);
    expect(Object.fromEntries(histograms)['output']).toBe(bin);
  });

  it('whatever the bytes, numbers are finite and names are short', () => {
    const spec = fc.constantFrom<OutputSpec>(
      { kind: 'label', path: '$.y' },
      { kind: 'tensor', path: '$', tolerance: 0 },
      { kind: 'ranking', path: '$.y', minCorrelation: 0 },
    );
    const inputs: Reading['inputs'] = [
      { feature: 'a', path: '$.a', bins: { kind: 'numbers', edges: [0, 1] } },
      { feature: 'b', path: '$.b', bins: { kind: 'categories', categories: ['x'] } },
    ];
    fc.assert(
      fc.property(
        spec,
        fc.oneof(fc.json(), fc.string()),
        fc.oneof(fc.json(), fc.string()),
        (s, request, answer) => {
          const seen = observeExchange(
            route(s, { inputs }),
            Buffer.from(request),
            new ModelAnswer(200, answer),
          );
          for (const [, value] of seen.measures) expect(Number.isFinite(value)).toBe(true);
          for (const [, bin] of seen.histograms) expect(bin.length).toBeLessThanOrEqual(60);
          expect(seen.histograms.filter(([name]) => name.startsWith('input.')).length).toBe(2);
        },
      ),
    );
  });

  it('a million different labels and segments are bounded, and counted as other', () => {
    const collector = new EvidenceCollector();
    const known = new KnownSegments();
    const r = route(
      { kind: 'label', path: '$.y' },
      { segments: [{ gate: 'g', header: 'x-country', path: null, most: 3 }] },
    );
    for (let i = 0; i < 20_000; i++) {
      const segments = known.bounded(r, segmentsOf(r, { header: () => `c${i}` }, null));
      collector.count(r, 'primary', { ...outcome, segments });
      collector.observe(
        r,
        'primary',
        segments,
        observeExchange(r, null, new ModelAnswer(200, `{"y":"label ${i}"}`)),
      );
    }
    const entries = collector.drain();
    expect(entries.map((entry) => entry.segment ?? '').sort()).toEqual([
      '',
      'g=(other)',
      'g=c0',
      'g=c1',
      'g=c2',
    ]);
    const bins = entries.find((entry) => entry.segment === undefined)?.tally.histograms['output'] ?? {};
    expect(Object.keys(bins).length).toBeLessThanOrEqual(61);
    expect(Object.values(bins).reduce((a, b) => a + b, 0)).toBe(20_000);
  });
});

describe('samples', () => {
  const keeper = new SampleKeeper();
  const disagreement = (n: number, scoreDelta: number) => ({
    requestId: String(n),
    request: '{"user":{"name":"Ann"},"q":1}',
    primary: { status: 200, body: '{"s":1}' },
    candidate: { status: 200, body: 'x'.repeat(10_000) },
    scoreDelta,
  });

  it('are the worst ones, cut, and no more than a few in a batch', () => {
    for (let i = 0; i < 1_000; i++) keeper.offer(route(null), disagreement(i, i));
    const kept = keeper.drain();
    expect(kept.map((sample) => sample.requestId)).toEqual(['999', '998', '997', '996', '995']);
    expect(kept[0]?.candidate.body.length).toBeLessThan(4_100);
    expect(keeper.drain()).toEqual([]);
  });

  it.each([
    ['{"user":{"name":"Ann"},"q":1}', ['$.user.name'], '{"user":{"name":"(redacted)"},"q":1}'],
    ['{"q":1}', ['$.user.name'], '{"q":1}'],
    ['name=Ann', ['$.user.name'], '(redacted)'],
    ['[1,2]', ['$[0]'], '["(redacted)",2]'],
    ['{"q":1}', ['$'], '"(redacted)"'],
    ['anything', [], 'anything'],
  ])('%s without %p: %s', (text, paths, expected) => expect(redacted(text, paths)).toBe(expected));
});
