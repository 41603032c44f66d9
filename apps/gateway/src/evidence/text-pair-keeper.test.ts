import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readBatch, type TextPair } from '#libs/gateway-protocol';
import { ModelAnswer, Payload, type Route, shortened } from '#libs/traffic';
import { TextPairKeeper } from './text-pair-keeper.ts';

/** Half a surrogate pair. */
const HALF = /\p{Surrogate}/u;
const ROLLOUT = '7f6a0d3e-6f7f-4a53-9d3a-0f6f5c1b2a01';
const routeOf = (textPairs: number | undefined, redact: string[] = [], kind = 'text'): Route =>
  ({
    ...{ model: 'm', salt: 's', revision: 3, rolloutId: ROLLOUT },
    primary: { version: 1, url: 'http://one' },
    candidate: { version: 2, url: 'http://two', mode: 'shadow', weight: 10_000 },
    outputSpec: { kind, path: '$.choices[*].message.content', similarity: 0.8, tolerance: 0 },
    reading: {
      ...{ inputs: [], output: null, segments: [], requestIds: false, samples: { most: 20, redact } },
      ...(textPairs === undefined ? {} : { textPairs }),
    },
  }) as unknown as Route;
const answer = (text: unknown, status = 200): ModelAnswer =>
  new ModelAnswer(status, JSON.stringify({ choices: [{ message: { content: text } }] }));
const offer = (
  keeper: TextPairKeeper,
  route: Route,
  id: string,
  texts: [unknown, unknown],
  status = 200,
): void =>
  keeper.offer(route, {
    requestId: id,
    request: new Payload(JSON.stringify({ user: 'eve', messages: ['hello'] })),
    primary: answer(texts[0]),
    candidate: answer(texts[1], status),
  });

describe('the pairs for the judge', () => {
  it('are taken where a gate asks, of texts that both versions have answered', () => {
    const keeper = new TextPairKeeper(() => 0);
    offer(keeper, routeOf(undefined), 'no-gate', ['a', 'b']);
    offer(keeper, routeOf(5, [], 'label'), 'no-text', ['a', 'b']);
    offer(keeper, routeOf(5), 'no-form', ['a', 7]);
    offer(keeper, routeOf(5), 'failed', ['a', 'b'], 500);
    offer(keeper, routeOf(5), 'differs', ['a', 'b']);
    offer(keeper, routeOf(5), 'agrees', ['a', 'a']);
    const request = '{"user":"eve","messages":["hello"]}';
    const common = { rolloutId: ROLLOUT, revision: 3, request };
    expect(keeper.drain()).toEqual([
      { ...common, requestId: 'differs', primary: 'a', candidate: 'b', identical: false },
      { ...common, requestId: 'agrees', primary: 'a', candidate: 'a', identical: true },
    ]);
    expect(keeper.drain()).toEqual([]);
  });

  it('never show what a policy redacts: of requests it is blacked out, with texts there is no pair', () => {
    const keeper = new TextPairKeeper(() => 0);
    offer(keeper, routeOf(5, ['$.user']), 'user', ['a', 'b']);
    offer(keeper, routeOf(5, ['$.choices[0].message.content']), 'text', ['secret', 'secret too']);
    offer(keeper, routeOf(5, ['$']), 'all', ['secret', 'secret too']);
    const pairs = keeper.drain();
    expect(pairs.map((pair) => pair.requestId)).toEqual(['user']);
    expect(JSON.stringify(pairs)).not.toMatch(/eve|secret/);
  });

  it('are a random sample of all: each has the same chance, whatever the answers are', () => {
    let state = 1;
    const random = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
    const taken = new Map<string, number>();
    const [rounds, offered, most] = [2_000, 20, 5];
    for (let round = 0; round < rounds; round++) {
      const keeper = new TextPairKeeper(random);
      for (let i = 0; i < offered; i++) offer(keeper, routeOf(most), `r${i}`, ['a', i % 2 === 0 ? 'a' : 'b']);
      const pairs = keeper.drain();
      expect(pairs).toHaveLength(most);
      for (const { requestId } of pairs) taken.set(requestId, (taken.get(requestId) ?? 0) + 1);
    }
    // A quarter each: five standard errors are 97 of 500.
    for (let i = 0; i < offered; i++) {
      expect(taken.get(`r${i}`)).toBeGreaterThan(403);
      expect(taken.get(`r${i}`)).toBeLessThan(597);
    }
  });

  it('are taken by the api, whatever stands in them', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 30 }).map((u) => String.fromCharCode(...u)),
      fc.integer({ min: 7_990, max: 20_000 }).map((n) => '😀'.repeat(n / 2)),
    );
    fc.assert(
      fc.property(text, text, (one, other) => {
        const keeper = new TextPairKeeper(() => 0);
        offer(keeper, routeOf(5), 'r', [one, other]);
        const textPairs: TextPair[] = keeper.drain();
        const sent = JSON.stringify({ gateway: 'g', boot: 'b', sequence: 1, textPairs });
        const read = readBatch(JSON.parse(sent));
        expect(read).toMatchObject({ refused: [], lists: { textPairs } });
        expect(textPairs).toHaveLength(1);
      }),
    );
  });
});

it('a long text keeps its beginning and its end', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 200 }),
      fc.integer({ min: 30, max: 80 }),
      (text, most) => {
        const short = shortened(text, most);
        expect(short.length).toBeLessThanOrEqual(most);
        if (text.length <= most) return expect(short).toBe(text);
        expect(short).toContain('left out');
        const [head = '', tail = ''] = short.split('\n[… left out …]\n');
        expect(text.startsWith(head) && text.endsWith(tail)).toBe(true);
        expect(HALF.test(short)).toBe(HALF.test(text));
      },
    ),
  );
});
