import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cardPng } from './card-png.ts';
import { cardSvg } from './card-svg.ts';
import { inLines } from './card-text.ts';
import { byClass, chartSvg } from '#libs/rollout-view';
import { MadeOfRollouts } from './made-of-rollouts.ts';
import { readShare, signShare } from './share-link.ts';
import { sharedPage } from './shared-page.ts';
import { sharedRollout } from './shared-rollout.ts';

const T = Date.UTC(2026, 10, 29);
const PLACE = { url: 'http://u', base: 'http://b', expires: '2026-11-30T00:00:00.000Z' };
const iso = (ms: number): string => new Date(ms).toISOString();
/** Whatever models, segments and reasons are called. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 120 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.constantFrom(
    '<script>',
    '"><img src=x onerror=1>',
    ']]>',
    '&#0;',
    '\u0000',
    '\ud800',
    'a'.repeat(400),
    '',
  ),
);
const figure = fc.option(
  fc.oneof(fc.double({ min: -1e300, max: 1e300 }), fc.constantFrom(0, -0, Infinity, NaN, 5e-324)),
  { nil: null },
);
const verdict = fc.record({
  gate: fc.oneof(anyText, fc.constantFrom('error_rate', 'latency_p95')),
  segment: fc.option(anyText, { nil: null }),
  verdict: fc.constantFrom('pass' as const, 'fail' as const, 'undecided' as const, 'no_data' as const),
  estimate: figure,
  interval: fc.record({ lower: figure, upper: figure }),
  margin: figure,
});
const rollout = fc.record({
  model: anyText,
  version: fc.integer({ min: 1 }),
  from: fc.option(fc.integer({ min: 1 }), { nil: null }),
  state: fc.constantFrom('running', 'rolled_back', 'succeeded', 'awaiting_approval', 'pending'),
  step: fc.constant(null),
  policy: fc.constantFrom(
    { gates: [{ metric: 'error_rate', maxIncrease: 0.1 }], steps: ['checks'] },
    null,
    3,
  ),
  verdicts: fc.array(verdict, { maxLength: 12 }),
  decision: fc.option(fc.record({ at: fc.constantFrom(iso(T), null) }), { nil: null }),
  createdAt: fc.constant(iso(T)),
  endedAt: fc.constantFrom(null, iso(T + 60_000)),
});
const shown = fc
  .tuple(rollout, fc.array(fc.array(verdict, { maxLength: 4 }), { maxLength: 5 }))
  .map(([one, looks]) =>
    sharedRollout(
      one,
      looks.map((verdicts, i) => ({ at: iso(T + i * 1_000), type: 'rollout.judged', data: { verdicts } })),
      T + 90_000,
    ),
  );

describe('what is shared', () => {
  it('is drawn whatever it is called and whatever its figures are', async () => {
    await fc.assert(
      fc.asyncProperty(shown, async (shared) => {
        const png = await cardPng(cardSvg(shared));
        expect(png.subarray(1, 4).toString('latin1')).toBe('PNG');
      }),
      { numRuns: 25 },
    );
  });

  it('holds no markup of others, and no figure that is none, in the page and the picture', () => {
    fc.assert(
      fc.property(shown, (shared) => {
        const all = cardSvg(shared) + sharedPage(shared, PLACE);
        expect(all).not.toMatch(/<(script|img)/);
        expect(all).not.toMatch(/="(NaN|-?Infinity|undefined)/);
        expect(all).not.toMatch(/points="[^"]*NaN/);
      }),
    );
  });

  it('says nothing that anybody has written as a reason, and no value of a request', () => {
    const secret = 'aborted by user:anna.k@corp.example: connect ECONNREFUSED 10.0.0.7:9090';
    const verdict = {
      ...{ gate: 'error_rate', verdict: 'fail' as const, because: secret, estimate: 0.4, margin: 0.1 },
      interval: { lower: 0.2, upper: 0.6 },
    };
    const one = {
      ...{ model: 'm', version: 2, from: 1, state: 'aborted', step: null, reason: secret },
      policy: { gates: [{ metric: 'error_rate', maxIncrease: 0.1 }] },
      ...{
        waitingFor: secret,
        decision: { because: secret, at: iso(T) },
        createdAt: iso(T),
        endedAt: iso(T + 1),
      },
      verdicts: ['staff', 'x-user=bob@acme.com', 'x-user=eve'].map((segment) => ({ ...verdict, segment })),
    };
    const event = { at: iso(T), type: 'rollout.paused', data: { because: secret, verdicts: one.verdicts } };
    const shared = sharedRollout(one, [event], T);
    const all = JSON.stringify(shared) + sharedPage(shared, PLACE) + cardSvg(shared);
    expect(all).not.toMatch(/anna|corp|ECONNREFUSED|10\.0\.0\.7|bob|eve|acme/);
    expect(shared.because).toBe(
      'Somebody has taken it off. Worse than allowed: Errors (staff): seen +40 points, allowed +10 points; Errors (segment 2): seen +40 points, allowed +10 points; Errors (segment 3): seen +40 points, allowed +10 points.',
    );
  });
});

it('a chart stays within its box', () => {
  const value = fc.option(fc.double({ min: -1e300, max: 1e300, noNaN: true }), { nil: null });
  const point = fc.record({
    at: fc.integer({ min: T - 5_000, max: T + 100_000 }),
    ...{ estimate: value, lower: value, upper: value, margin: value },
  });
  const box = { x: 10, y: 20, width: 500, height: 100 };
  const unit = { title: '', say: String, tick: String, scale: 1 };
  fc.assert(
    fc.property(fc.array(point, { maxLength: 10 }), (points) => {
      const svg = chartSvg({ points, unit, spans: [], time: [T, T + 60_000], paint: byClass }, box);
      for (const [, name = '', value] of svg.matchAll(/ (x1|x2|cx|y1|y2|cy)="([^"]*)"/g)) {
        const [low, high] = name.includes('x') ? [box.x, box.x + box.width] : [box.y, box.y + box.height];
        expect(Number(value)).toBeGreaterThanOrEqual(low);
        expect(Number(value)).toBeLessThanOrEqual(high);
      }
    }),
  );
});

it('lines are no longer than they may be, nor more, and lose nothing but what is said by …', () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 1, max: 5 }), (text, most) => {
      const lines = inLines(text, 540, 20, most);
      expect(lines.length).toBeLessThanOrEqual(most);
      for (const line of lines) expect([...line].length).toBeLessThanOrEqual(50);
      if (lines.at(-1)?.endsWith('…') !== true)
        expect(lines.join('').replaceAll(/\s/gu, '')).toBe(text.replaceAll(/\s/gu, ''));
    }),
  );
});

it('a link says its rollout and its end, and nothing after that', async () => {
  const share = { rolloutId: 'r', expiresAt: T + 60_000 };
  const link = await signShare(share, 'key');
  expect(await readShare(link, 'key', T)).toEqual(share);
  await expect(readShare(link, 'key', T + 61_000)).rejects.toMatchObject({ code: 'share_expired' });
  await expect(readShare(link, 'other', T)).rejects.toMatchObject({ code: 'share_unknown' });
});

it('a picture is drawn once in ten seconds while its rollout lives, once for good afterwards, and again when drawing failed', async () => {
  const cards = new MadeOfRollouts<Buffer>(10_000);
  let drawn = 0;
  const draw = async () => Buffer.from(String(++drawn));
  const of = async (revision: number, isLive: boolean, now: number) =>
    (await cards.of({ id: 'r', revision }, isLive, now, draw)).toString();
  expect(await of(1, true, 0)).toBe('1');
  expect(await of(2, true, 9_999)).toBe('1');
  expect(await of(2, true, 10_000)).toBe('2');
  expect(await of(3, false, 25_000)).toBe('3');
  expect(await of(3, false, 1e9)).toBe('3');
  expect(await of(4, false, 2e9)).toBe('4');
  const failing = cards.of({ id: 'q', revision: 1 }, true, 0, () => Promise.reject(new Error('no')));
  await expect(failing).rejects.toThrow('no');
  expect((await cards.of({ id: 'q', revision: 1 }, true, 1, draw)).toString()).toBe('5');
});
