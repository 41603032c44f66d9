import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Arm, ModelAnswer, Payload, type OutputSpec, type Reading, type Route } from '#libs/traffic';
import { EMPTY_LISTS, LIMITS, readBatch, splitByBytes } from '#libs/gateway-protocol';
import { EvidenceCollector, type Observed, ServedRequests } from '#libs/data-plane';
import { observeExchange } from './observe-exchange.ts';
import { redacted, SampleKeeper } from './sample-keeper.ts';
import { TextPairKeeper } from './text-pair-keeper.ts';
import { KnownSegments, segmentsOf } from '../request/segments.ts';

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
      'candidate',
      null,
      answer === null ? null : new ModelAnswer(200, answer),
    );
    expect(Object.fromEntries(measures)['schema_violation']).toBe(violation);
    expect(Object.fromEntries(histograms)['output']).toBe(bin);
  });

  it('is how many tokens it has and why it ended, where a gate asks for that', () => {
    const read = (text: string, type: string, tokens?: boolean) => {
      const answer = new ModelAnswer(200, text, ['content-type', type]);
      const { measures, histograms } = observeExchange(
        route(null, tokens === undefined ? {} : { tokens }),
        'candidate',
        null,
        answer,
      );
      return { ...Object.fromEntries(measures), ...Object.fromEntries(histograms) };
    };
    const chat = '{"choices":[{"finish_reason":"length"}],"usage":{"completion_tokens":7}}';
    expect(read(chat, 'application/json', true)).toEqual({ output_tokens: 7, finish_reason: 'length' });
    expect(read(chat, 'application/json')).toEqual({});
    const events =
      'data: {"choices":[{}]}\n\ndata: {"choices":[{"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n';
    expect(read(events, 'text/event-stream', true)).toEqual({ output_tokens: 2, finish_reason: 'stop' });
    const role = 'data: {"choices":[{"delta":{"role":"assistant","content":""}}]}\n\nevent: ping\ndata:\n\n';
    expect(read(role + events, 'text/event-stream', true)).toMatchObject({ output_tokens: 2 });
    expect(read('{"label":"a"}', 'application/json', true)).toEqual({});
  });

  it('is read by the spec of its own version, and of the primary by the other where its own reads nothing', () => {
    const y = { kind: 'label', path: '$.y' } as const;
    const z = { kind: 'label', path: '$.z' } as const;
    const label = (primary: OutputSpec | null, candidate: OutputSpec | null | undefined, arm: Arm) => {
      const r = route(primary);
      const on = { ...r.candidate!, ...(candidate === undefined ? {} : { outputSpec: candidate }) };
      const answer = new ModelAnswer(200, arm === 'primary' ? '{"y":"old"}' : '{"z":"new"}');
      const { measures, histograms } = observeExchange({ ...r, candidate: on }, arm, null, answer);
      return [Object.fromEntries(measures)['schema_violation'], Object.fromEntries(histograms)['output']];
    };
    expect(label(y, z, 'primary')).toEqual([0, 'old']);
    expect(label(y, z, 'candidate')).toEqual([0, 'new']);
    expect(label(y, z, 'shadow')).toEqual([0, 'new']);
    // A wrong spec of the primary, corrected by the candidate's; the other way round it stays wrong.
    expect(label({ ...y, path: '$.typo' }, y, 'primary')).toEqual([0, 'old']);
    expect(label(z, { ...z, path: '$.typo' }, 'candidate')).toEqual([1, undefined]);
    // One of the two says nothing, or the api is older.
    expect(label(null, z, 'candidate')).toEqual([0, 'new']);
    expect(label(z, null, 'candidate')).toEqual([0, 'new']);
    expect(label(z, undefined, 'candidate')).toEqual([0, 'new']);
    expect(label(null, null, 'candidate')).toEqual([undefined, undefined]);
  });

  it('is counted by class too, in few segments, once in each', () => {
    const known = new KnownSegments();
    const r = route(null, {
      segments: [
        { gate: 'agreement', header: null, path: null, output: 'label', most: 3 },
        { gate: 'errors', header: 'x-country', path: null, most: 3 },
      ],
    });
    const request = { header: () => 'de' };
    expect(segmentsOf(r, request, null)).toEqual(['errors=de']);
    const seen = new Set<string>();
    for (let i = 0; i < 5_000; i++) {
      known.bounded(r, segmentsOf(r, request, null));
      const labels = ['cat', 'dog', `junk ${i}`, `more ${i}`];
      const classes = labels.map(
        (label) => ({ label, outcome: label === 'dog' ? 'disagree' : 'agree' }) as const,
      );
      const found = known.classes(r, { outcome: 'disagree', classes });
      expect(new Set(found.map(({ segment }) => segment)).size).toBe(found.length);
      for (const { segment } of found) seen.add(segment);
      if (i > 100)
        expect(found).toEqual([
          { segment: 'agreement=cat', outcome: 'agree' },
          { segment: 'agreement=dog', outcome: 'disagree' },
          { segment: 'agreement=(other)', outcome: 'agree' },
        ]);
    }
    expect(seen.size).toBe(3);
    expect(known.classes(r, { outcome: 'agree' })).toEqual([]);
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
            'candidate',
            new Payload(request),
            new ModelAnswer(200, answer),
          );
          for (const [, value] of seen.measures) expect(Number.isFinite(value)).toBe(true);
          for (const [, bin] of seen.histograms) expect(bin.length).toBeLessThanOrEqual(60);
          const named = (prefix: string) =>
            seen.histograms.filter(([name]) => name.startsWith(prefix)).length;
          expect(named('input.') + 2 * named('request_not_read')).toBe(2);
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
      const segments = known.bounded(
        r,
        segmentsOf(r, { header: () => (i % 3 === 2 ? 'de' : `junk ${i}`) }, null),
      );
      collector.count(r, 'primary', { ...outcome, segments });
      collector.observe(
        r,
        'primary',
        segments,
        observeExchange(r, 'candidate', null, new ModelAnswer(200, `{"y":"label ${i}"}`)),
      );
    }
    const entries = collector.drain();
    expect(entries.map((entry) => entry.segment ?? '').sort()).toEqual(['', 'g=(other)', 'g=de']);
    const bins = entries.find((entry) => entry.segment === undefined)?.tally.histograms['output'] ?? {};
    expect(Object.keys(bins).length).toBeLessThanOrEqual(LIMITS.bins);
    expect(Object.values(bins).reduce((a, b) => a + b, 0)).toBe(20_000);
  });
});

describe('whatever a peer says', () => {
  /** Any UTF-16 units: NUL, halves of pairs, and names that JavaScript takes for something else. */
  const peerText = fc.oneof(
    fc.constantFrom(
      '',
      '\0',
      '\ud800',
      '\udfff',
      '__proto__',
      'constructor',
      `${'x'.repeat(59)}😀`,
      '\u0085',
    ),
    fc
      .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 90 })
      .map((units) => String.fromCharCode(...units)),
  );
  const peerNumber = fc.oneof(fc.double(), fc.constantFrom(NaN, Infinity, 1e308, -1e308, -0, 5e-324));

  it('the batch of all models is taken by the api entry by entry, and none is refused', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(peerText, peerText, peerText, peerNumber), { minLength: 1, maxLength: 10 }),
        (said) => {
          const [collector, samples, known] = [
            new EvidenceCollector(),
            { worst: new SampleKeeper(), pairs: new TextPairKeeper(() => 0) },
            new KnownSegments(),
          ];
          const r = route(
            { kind: 'label', path: '$.y' },
            { requestIds: true, segments: [{ gate: 'g', header: 'x-country', path: null, most: 3 }] },
          );
          for (const [label, segment, id, number] of said) {
            const body = JSON.stringify({ y: label });
            const segments = known.bounded(r, segmentsOf(r, { header: () => segment }, null));
            const answer = { status: 200, body: new Payload(body) };
            collector.count(r, 'shadow', { ...outcome, latencyMs: number, comparison: 'disagree', segments });
            const seen = observeExchange(r, 'candidate', new Payload(body), new ModelAnswer(200, body));
            const measures: Observed['measures'] = [...seen.measures, [label, number], ['score', number]];
            const histograms: Observed['histograms'] = [...seen.histograms, [label, segment]];
            collector.observe(r, 'shadow', segments, { measures, histograms });
            collector.served(r, 'primary', id, segments);
            samples.worst.offer(r, {
              ...{
                requestId: id,
                request: new Payload(label),
                primary: answer,
                candidate: answer,
                scoreDelta: Math.abs(number),
              },
            });
          }
          const lists = {
            ...{ ...EMPTY_LISTS, entries: collector.drain(), served: collector.drainServed() },
            samples: samples.worst.drain(),
          };
          for (const part of splitByBytes(lists)) {
            const sent = JSON.stringify({ gateway: 'g', boot: 'b', sequence: 1, ...part });
            expect(readBatch(JSON.parse(sent))).toMatchObject({ refused: [] });
          }
          const all = lists.entries.find((entry) => entry.segment === undefined);
          expect(all?.tally.requests).toBe(said.length);
          const bins = Object.values(all?.tally.histograms['output'] ?? {});
          expect(bins.reduce((a, b) => a + b, 0)).toBe(said.length);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('a flood of request ids of one model leaves room for those of others', () => {
    const served = new ServedRequests(100);
    const add = (model: string, n: number): void => {
      for (let i = 0; i < n; i++)
        served.add({
          ...{ requestId: `${model} ${i}`, model, rolloutId: 'r', revision: 1, arm: 'primary', segments: [] },
        });
    };
    add('flood', 5_000);
    add('a', 30);
    add('flood', 5_000);
    add('b', 30);
    const of = (list: readonly { model: string }[], model: string): number =>
      list.filter((one) => one.model === model).length;
    const all = served.drain();
    expect([of(all, 'a'), of(all, 'b'), of(all, 'flood')]).toEqual([30, 30, 40]);
    expect(served.dropped).toBe(10_060 - 100);
  });
});

describe('samples', () => {
  const keeper = new SampleKeeper();
  const disagreement = (n: number, scoreDelta: number) => ({
    requestId: String(n),
    request: new Payload('{"user":{"name":"Ann"},"q":1}'),
    primary: { status: 200, body: new Payload('{"s":1}') },
    candidate: { status: 200, body: new Payload('x'.repeat(10_000)) },
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
  ])('%s without %p: %s', (text, paths, expected) =>
    expect(redacted(new Payload(text), paths)).toBe(expected),
  );
});
