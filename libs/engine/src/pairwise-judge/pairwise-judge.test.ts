import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  affordablePairs,
  checkedJudgePrompt,
  costOf,
  DEFAULT_JUDGE_PROMPT,
  type JudgeLimits,
  judgePause,
  judgePrompt,
  outcomeOfOrders,
  type Preference,
  readPreference,
  REQUESTS_OF_PAIR,
} from './index.ts';

describe('a verdict of the judge', () => {
  it.each<[string, Preference | null]>([
    ['[[A]]', 'first'],
    ['A is longer, [[A]] one might say, but it is wrong. [[B]]', 'second'],
    ['[[ C ]]', 'tie'],
    ['B', 'second'],
    ['**A**', 'first'],
    ['Verdict: C.', 'tie'],
    ['', null],
    ['A good question! Both have merits.', null],
    ['[[D]]', null],
  ])('%j is read as %s', (reply, preference) => {
    expect(readPreference(reply)).toBe(preference);
  });

  const preference = fc.constantFrom<Preference>('first', 'second', 'tie');
  const other = { first: 'second', second: 'first', tie: 'tie' } as const;

  it('is a win or a loss only where both orders say so; who prefers a place is never heard', () => {
    fc.assert(
      fc.property(preference, preference, (primaryFirst, candidateFirst) => {
        const outcome = outcomeOfOrders(primaryFirst, candidateFirst);
        const agree = primaryFirst !== 'tie' && candidateFirst === other[primaryFirst];
        expect(outcome).toBe(agree ? (primaryFirst === 'second' ? 'win' : 'loss') : 'tie');
        // The two versions exchanged, the outcome is the other one.
        const exchanged = outcomeOfOrders(candidateFirst, primaryFirst);
        expect(exchanged).toBe(outcome === 'win' ? 'loss' : outcome === 'loss' ? 'win' : 'tie');
      }),
    );
  });
});

describe('the prompt', () => {
  const text = fc.oneof(
    fc.string(),
    fc.constantFrom('{{answerA}}', '{{answerB}}', '{{request}}', '$&', '$1', "$'", '{{', '[[A]]'),
  );

  it('holds each text once, as it is, whatever stands in it', () => {
    fc.assert(
      fc.property(text, text, text, (request, answerA, answerB) => {
        const template = '<{{request}}|{{answerA}}|{{ answerB }}>';
        expect(judgePrompt(template, { request, answerA, answerB })).toBe(
          `<${request}|${answerA}|${answerB}>`,
        );
      }),
    );
  });

  it('is refused where it does not name both answers', () => {
    expect(checkedJudgePrompt(DEFAULT_JUDGE_PROMPT)).toBe(DEFAULT_JUDGE_PROMPT);
    expect(checkedJudgePrompt('{{answerB}} or {{answerA}}?')).toContain('or');
    for (const wrong of ['', '{{answerA}}', '{{answerB}} {{answer_a}}'])
      expect(() => checkedJudgePrompt(wrong)).toThrow('does not hold {{answer');
  });
});

describe('the budget of a rollout', () => {
  const limits = fc.record({
    requests: fc.nat(2_000),
    cost: fc.option(fc.double({ min: 0.01, max: 100, noNaN: true })),
    inputPrice: fc.double({ min: 0, max: 100, noNaN: true }),
    outputPrice: fc.double({ min: 0.01, max: 100, noNaN: true }),
  });

  it('is never gone beyond in requests, nor in money where pairs cost alike', () => {
    fc.assert(
      fc.property(limits, fc.integer({ min: 1, max: 5_000 }), (given, tokens) => {
        const rules: JudgeLimits = given;
        let spent = { requests: 0, inputTokens: 0, outputTokens: 0 };
        for (let turn = 0; turn < 50; turn++) {
          const pairs = affordablePairs(spent, rules);
          expect(Number.isInteger(pairs) && pairs >= 0).toBe(true);
          if (pairs === 0) break;
          const asked = Math.min(pairs, 4) * REQUESTS_OF_PAIR;
          spent = {
            requests: spent.requests + asked,
            inputTokens: spent.inputTokens + asked * tokens,
            outputTokens: spent.outputTokens + asked,
          };
        }
        expect(spent.requests).toBeLessThanOrEqual(rules.requests);
        const first = costOf({ requests: 2, inputTokens: 2 * tokens, outputTokens: 2 }, rules);
        // What one pair costs is known after the first one only.
        if (rules.cost !== null)
          expect(costOf(spent, rules)).toBeLessThanOrEqual(Math.max(rules.cost, first) * (1 + 1e-9));
      }),
    );
  });

  it.each<[string, Partial<JudgeLimits>, [number, number], number]>([
    ['nothing is spent', {}, [0, 0], 50],
    ['nothing is spent, and money counts: one pair shows what pairs cost', { cost: 1 }, [0, 0], 1],
    ['requests are used up', {}, [99, 10], 0],
    ['half of the money', { cost: 1 }, [10, 500_000], 5],
    ['the money', { cost: 1 }, [10, 1_000_000], 0],
  ])('%s', (_what, changes, [requests, tokens], pairs) => {
    const rules = { requests: 100, cost: null, inputPrice: 1, outputPrice: 1, ...changes };
    expect(affordablePairs({ requests, inputTokens: tokens, outputTokens: 0 }, rules)).toBe(pairs);
  });
});

it('leaves a judge alone for longer each time, a minute or so at most, or as long as it says', () => {
  expect([1, 2, 3, 7, 50].map((failures) => judgePause(failures, null, 0.5))).toEqual([
    1_000, 2_000, 4_000, 60_000, 60_000,
  ]);
  expect(judgePause(1, 30_000, 0.5)).toBe(30_000);
  expect(judgePause(1, 86_400_000, 0.5)).toBe(600_000);
  // An endpoint that says "at once" is not asked at once, and less and less often.
  expect([1, 2, 3].map((failures) => judgePause(failures, 0, 0.5))).toEqual([1_000, 2_000, 4_000]);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), fc.double({ min: 0, max: 1, noNaN: true }), (n, random) => {
      expect(judgePause(n, null, random)).toBeLessThanOrEqual(75_000);
      expect(judgePause(n, null, random)).toBeGreaterThan(0);
    }),
  );
});
