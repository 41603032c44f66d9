import { expect, it } from '@jest/globals';
import { LIMITS, readBatch } from '#libs/gateway-protocol';
import type { Route } from '#libs/traffic';
import { EvidenceCollector } from './evidence-collector.ts';

const route = (model: string, n: number, revision = 1): Route => ({
  ...{ model, rolloutId: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`, revision, salt: 's' },
  ...{ outputSpec: null, reading: null, primary: { version: 1, url: 'http://127.0.0.1:1' }, candidate: null },
});
const outcome = { failed: false, latencyMs: 1, unitGroup: 7, segments: [] as string[] };

it("whatever one model fills with segments and bins, another model's have room", () => {
  const collector = new EvidenceCollector();
  // As many segments as there may be in all, and as many bins.
  for (let n = 0; n < 12_000; n++) {
    const segments = [`g=${n % 50}`];
    const flood = route('flood', 1, 1 + Math.floor(n / 50));
    collector.count(flood, 'primary', { ...outcome, segments });
    const histograms = Array.from({ length: 60 }, (_, bin) => [`h${n % 60}`, `b${bin}`] as const);
    collector.observe(flood, 'primary', segments, { measures: [], histograms });
  }
  const quiet = route('quiet', 2);
  collector.count(quiet, 'candidate', { ...outcome, segments: ['g=gold'] });
  collector.observe(quiet, 'candidate', ['g=gold'], { measures: [], histograms: [['output', 'a']] });
  const own = collector.drain().filter(({ rolloutId }) => rolloutId === quiet.rolloutId);
  expect(own.map(({ segment }) => segment)).toEqual([undefined, 'g=gold']);
  for (const { tally } of own) {
    expect(tally.histograms['output']).toEqual({ a: 1 });
  }
  expect(collector.lost).toBe(0);
});

it('a model whose labels look like our own bins has no more of them than any other', () => {
  const collector = new EvidenceCollector();
  const sly = route('sly', 3);
  collector.count(sly, 'candidate', outcome);
  const histograms = Array.from({ length: 900 }, (_, n) => ['output', `(other ${n})`] as const);
  collector.observe(sly, 'candidate', [], { measures: [], histograms });
  const output = collector.drain()[0]?.tally.histograms['output'] ?? {};
  expect(Object.keys(output).length).toBeLessThanOrEqual(LIMITS.bins);
  expect(Object.values(output).reduce((a, b) => a + b, 0)).toBe(900);
});

it('counts how pairs fail apart by unit group and by slice of time, as what it is judged by', () => {
  const collector = new EvidenceCollector(() => 1_790_000_000_000);
  const known = route('pairs', 4);
  const pairs = [
    [1, 0],
    [-1, 0],
    [1, 3],
    [0, 3],
  ] as const;
  for (const [apart, group] of pairs)
    collector.observe(known, 'shadow', [], { measures: [['failed_apart', apart]], histograms: [] }, group);
  const [all] = collector.drain();
  expect(all?.tally.blocks?.['failed_apart']).toEqual({
    ...{ u0: { n: 2, sum: 0 }, u3: { n: 2, sum: 1 } },
    't0.1790000000': { n: 4, sum: 1 },
  });
});

it('counts what goes together, of everybody: by unit group, by slice of time, and which units there were', () => {
  let now = 1_790_000_000_000;
  const collector = new EvidenceCollector(() => now);
  const known = route('together', 4);
  for (let i = 0; i < 6; i++) {
    const one = { ...outcome, failed: i < 2, latencyMs: 20, unitGroup: i % 2, unitHash: i % 3 };
    collector.count(known, 'candidate', { ...one, segments: ['g=gold'] });
    const observed = { measures: [['schema_violation', i < 2 ? 1 : 0]] as const, histograms: [] };
    collector.observe(known, 'candidate', [], observed, i % 2);
    now += 1_000;
  }
  const [all, segment] = collector.drain();
  const { blocks, units } = all?.tally ?? {};
  expect(units).toEqual([0, 1, 2]);
  // Failures by slice only: their units are counted in histograms.
  expect(Object.values(blocks?.['error'] ?? {})).toEqual([1, 1, 0, 0, 0, 0].map((sum) => ({ n: 1, sum })));
  expect(blocks?.['schema_violation']).toMatchObject({ u0: { n: 3, sum: 1 }, u1: { n: 3, sum: 1 } });
  expect(Object.keys(blocks?.['latency'] ?? {})).toHaveLength(8);
  const read = readBatch({ gateway: 'g', boot: 'b', sequence: 1, entries: [all] });
  expect('lists' in read && read.lists.entries[0]?.tally.blocks).toEqual(blocks);
  expect([segment?.tally.blocks, segment?.tally.units]).toEqual([undefined, undefined]);
});

it('counts the rows of a request as one value: the share that disagrees, for everybody and for each segment', () => {
  const collector = new EvidenceCollector(() => 1_790_000_000_000);
  const known = route('rows', 6);
  const by = { ...outcome, comparison: 'disagree' as const, segments: ['g=gold'] };
  collector.count(known, 'shadow', { ...by, rows: { compared: 1_000, agreed: 900 } });
  collector.count(known, 'shadow', { ...by, comparison: 'agree', rows: { compared: 4, agreed: 4 } });
  collector.countAlso(known, 'shadow', 'g=7', { ...by, rows: { compared: 10, agreed: 5 } });
  collector.count(known, 'shadow', { ...by, comparison: 'incomparable', rows: undefined });
  const drained = collector.drain();
  const [all, gold, seven] = drained.map(({ tally }) => tally);
  for (const tally of [all, gold]) {
    expect(tally?.measures['row_disagreement']).toMatchObject({ n: 2, mean: 0.05 });
    expect(tally?.points).toEqual({ row_disagreement: { '0.1': 1, '0': 1 } });
  }
  expect([seven?.measures['row_disagreement']?.mean, seven?.points]).toEqual([
    0.5,
    { row_disagreement: { '0.5': 1 } },
  ]);
  expect(all?.blocks?.['row_disagreement']).toMatchObject({ u7: { n: 2, sum: 0.1 } });
  expect(all).toMatchObject({ compared: 2, agreed: 1 });
  const batch = { gateway: 'g', boot: 'b', sequence: 1, acknowledged: [], entries: drained };
  expect(readBatch(JSON.parse(JSON.stringify(batch)))).not.toHaveProperty('mistakes');
});

it('keeps the sizes of values of measures that a gate bounds, and of no others', () => {
  const collector = new EvidenceCollector();
  const samples = { most: 0, redact: [] };
  const bounded: Route = {
    ...route('bounded', 5),
    reading: { inputs: [], output: null, segments: [], requestIds: false, points: ['cost'], samples },
  };
  collector.count(bounded, 'candidate', { ...outcome, segments: ['g=gold'] });
  const measures = [
    ['cost', 0.25],
    ['cost', 0.123],
    ['output_tokens', 12],
  ] as const;
  collector.observe(bounded, 'candidate', ['g=gold'], { measures, histograms: [] });
  const drained = collector.drain();
  for (const { tally } of drained)
    expect(tally.points).toEqual({
      cost: { '0.25': 1, '0.12': expect.closeTo(0.7, 10), '0.13': expect.closeTo(0.3, 10) },
    });
  // As it goes over the wire.
  const batch = { gateway: 'g', boot: 'b', sequence: 1, acknowledged: [], entries: drained };
  const read = readBatch(JSON.parse(JSON.stringify(batch)));
  expect(read).not.toHaveProperty('mistakes');
  expect(JSON.stringify(read)).toContain('"points":{"cost":{"0.25":1,');
});
