import { describe, expect, it } from '@jest/globals';
import { EMPTY_TALLY } from '#libs/stats';
import { callersSeen, NO_STEP_EVIDENCE, parsePolicy, planOf, tooFewUnits } from '../index.ts';
import { unitsOfProof } from './units-of-proof.ts';

const timed = { minRequests: 1, maxDuration: '1h' };
const policyOf = (gate: object, more: object = {}) =>
  parsePolicy({
    ...{ name: 'p', gates: [gate], steps: [{ shadow: timed }, { canary: { weight: '50%', ...timed } }] },
    ...more,
  });
const ERRORS = { metric: 'error_rate', maxIncrease: 0.01 };
const unitsOf = (gate: object, more: object = {}) =>
  unitsOfProof(policyOf(gate, more)).map(({ units }) => units);

describe('how many units a proof takes', () => {
  it.each<[string, object, object, readonly number[]]>([
    // ADR 53 has 410, 200 and 80 where they fall on the arms as in expectation; 340 in a shadow.
    ['a point', ERRORS, {}, [410]],
    ['two points', { ...ERRORS, maxIncrease: 0.02 }, {}, [200]],
    ['five points', { ...ERRORS, maxIncrease: 0.05 }, {}, [78]],
    ['in a shadow', { ...ERRORS, in: ['shadow'] }, {}, [340]],
    ['a twentieth of those who click', { metric: 'feedback.click', maxDecrease: 0.05 }, {}, [78]],
    ['what has the rule of three alone', { metric: 'latency_p95', maxIncreaseRatio: 1.25 }, {}, [60]],
    ['where no proof is waited for', ERRORS, { promoteWhen: 'notFailed' }, []],
  ])('%s', (_what, gate, more, units) => expect(unitsOf(gate, more)).toEqual(units));

  it('is said by the plan, and which gate so few callers cannot prove', () => {
    const text = (callers: number | null) => planOf(policyOf(ERRORS), null, callers).text.join('\n');
    expect(text(null)).toContain('error_rate takes at least some 410 of the candidate (820 in all, at 50%)');
    expect(text(null)).not.toContain('can hardly be proven');
    expect(text(820)).not.toContain('can hardly be proven');
    expect(text(300)).toContain(
      'error_rate can hardly be proven: at 50% the candidate meets some 150 of 300 units, and a proof takes at least some 410 (820 in all)',
    );
  });

  it('by what a rollout has seen', () => {
    const units = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
    const step = (primary: number[], candidate: number[]) => ({
      ...NO_STEP_EVIDENCE,
      primary: { ...EMPTY_TALLY, units: primary },
      candidate: { ...EMPTY_TALLY, units: candidate },
    });
    const evidence = { 0: step(units(0, 20), []), 1: step(units(0, 20), units(15, 40)), 2: NO_STEP_EVIDENCE };
    expect(callersSeen(evidence)).toBe(40);
    expect(callersSeen({})).toBe(0);
    expect(tooFewUnits(policyOf(ERRORS), 40)).toMatchObject([{ at: 0, gate: { name: 'error_rate' } }]);
    expect(tooFewUnits(policyOf(ERRORS), 4_000)).toEqual([]);
  });
});
