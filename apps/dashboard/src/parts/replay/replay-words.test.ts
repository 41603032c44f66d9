import { describe, expect, it } from '@jest/globals';
import type { Schemas } from '#libs/client';
import { partingOf, replayWords } from './replay-words.ts';

type Look = Schemas['Replay']['looks'][number];
const look = (seconds: number, stepIndex: number, recorded: string, replayed = recorded): Look =>
  ({
    at: seconds * 1_000,
    stepIndex,
    recorded: { kind: recorded, because: 'of this' },
    replayed: { kind: replayed, because: 'of that' },
    verdicts: [],
    same: recorded === replayed,
  }) as Look;
const policy = (...steps: readonly object[]) => ({ name: 'p', steps, gates: [] });
const canary = (weight: string) => ({ canary: { weight, minRequests: 1, maxDuration: '1h' } });
const own = policy(canary('5%'), canary('50%'));
const LOOKS = [look(0, 0, 'hold'), look(5, 0, 'advance'), look(300, 1, 'rollback')];

describe('what another policy would have done', () => {
  it.each([
    ['nothing to go by', [], own, 'nothing', /nothing to decide again/],
    ['the same', LOOKS, own, 'alike', /^All 3 looks are decided alike\.$/],
    [
      'other words only',
      [look(0, 0, 'hold'), { ...look(9, 0, 'hold'), same: false }],
      own,
      'alike',
      /^All 2 looks/,
    ],
    [
      'another decision',
      [look(0, 0, 'hold'), look(5, 0, 'advance', 'rollback'), look(300, 1, 'rollback')],
      own,
      'decision',
      /^One look is decided alike\. After 5 s, in step 1, this policy would have rolled it back \(of that\), where the rollout went on to the next step \(of this\)\.$/,
    ],
    [
      'a step of another kind',
      LOOKS,
      policy(canary('5%'), { approval: {} }),
      'steps',
      /^2 looks are decided alike\. In step 2 this policy has “approval”, where the rollout had “canary 50%”: what it would have seen there nobody knows\.$/,
    ],
    ['fewer steps', LOOKS, policy(canary('5%')), 'steps', /In step 2 this policy is over/],
    [
      'another share',
      LOOKS,
      policy(canary('5%'), canary('20%')),
      'alike',
      /From step 2 on it asks for “canary 20%” in place of “canary 50%”/,
    ],
    [
      'another share in a step that never ran',
      LOOKS.slice(0, 2),
      policy(canary('5%'), canary('20%')),
      'alike',
      /alike\.$/,
    ],
  ] as const)('%s', (_title, looks, other, kind, words) => {
    expect(partingOf(looks as readonly Look[], own, other).kind).toBe(kind);
    expect(replayWords(looks as readonly Look[], own, other)).toMatch(words);
  });
});
