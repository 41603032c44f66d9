import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { unitOf } from '#libs/rollout-view';
import { gateCsv } from './gate-csv.ts';
import { gateSvg } from './gate-svg.ts';

const AT = Date.UTC(2026, 10, 29, 12, 0, 0);
const POINTS = [
  { at: AT, estimate: null, lower: null, upper: null, margin: 0.05 },
  { at: AT + 5_000, estimate: 0.0123, lower: -0.02, upper: 0.04, margin: 0.05 },
];
const SPANS = [
  { from: AT, to: AT + 4_000, label: 'shadow 100%' },
  { from: AT + 4_000, to: AT + 9_000, label: 'canary 5%, "first"' },
];
const unit = unitOf({ metric: 'error_rate', maxIncrease: 0.05 }, 'error_rate');
const COLOURS = {
  ...{ ground: '#fff', ink: '#000', quiet: '#555', line: '#ddd' },
  ...{ band: '#eef', edge: '#00f', margin: '#f00', shade: '#eee' },
};

it('the file says in its header what the figures are, and in UTC when they were', () => {
  expect(gateCsv(unit, POINTS, SPANS as never)).toBe(
    [
      'time (UTC),step,seen (points more than the primary),at least (points more than the primary),at most (points more than the primary),allowed (points more than the primary)',
      '2026-11-29T12:00:00.000Z,shadow 100%,,,,5',
      '2026-11-29T12:00:05.000Z,"canary 5%, ""first""",1.23,-2,4,5',
      '',
    ].join('\r\n'),
  );
});

it('no step begins a formula', () => {
  const spans = [{ from: AT, to: AT + 9_000, label: '=cmd|x' }];
  expect(gateCsv(unit, POINTS, spans as never)).toContain(",'=cmd|x,");
});

it('whatever the points and names, the picture is whole and has no number that is none', () => {
  const value = fc.option(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { nil: null });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(value, value, value, value), { maxLength: 8 }),
      fc.string({ unit: 'binary' }),
      (all, title) => {
        const points = all.map(([estimate, lower, upper, margin], i) => ({
          at: AT + i,
          estimate,
          lower,
          upper,
          margin,
        }));
        const svg = gateSvg({ title, unit, points, spans: SPANS as never, time: [AT, AT + 9_000] }, COLOURS);
        expect(svg).not.toMatch(/NaN|Infinity|undefined/);
        expect(svg.match(/<title>[^<>]*<\/title>/)).not.toBeNull();
        expect(svg.endsWith('</svg>')).toBe(true);
        // XML knows neither: no reader opens such a file.
        expect(svg).not.toMatch(/[\ufffe\uffff]|\p{Surrogate}/u);
      },
    ),
  );
});
