import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { EventRecord } from '../ports/records.ts';
import { doneAlready, findDone, REPEAT_WITHIN_MS } from './repeated-command.ts';

const NOW = 1_000_000;
const event = (
  agoMs: number,
  type: string,
  actor: string,
  data: Record<string, unknown> = {},
  rolloutId = 'r1',
): EventRecord => ({
  ...{ sequence: 1, model: 'm', rolloutId, type, actor, data },
  at: (NOW - agoMs) as EventRecord['at'],
  hash: '',
});
const back = event(2_000, 'rollout.rolled_back', 'anna', { command: 'rollback' });
const skipped = event(2_000, 'rollout.advanced', 'anna', { command: 'skip', commandAt: 1 });

describe('a relative command that is repeated', () => {
  it.each([
    ['the same rollback a moment ago', [back], 'rollback', null, true],
    [
      'a rollback by the engine a moment ago',
      [event(2_000, 'rollout.rolled_back', 'engine')],
      'rollback',
      null,
      true,
    ],
    [
      'a way back that the engine has carried out',
      [event(1_000, 'rollout.promoted', 'engine', { intent: 'rollback' })],
      ...['rollback' as const, null, true as const],
    ],
    [
      'the end of a version that had no traffic to leave',
      [event(2_000, 'rollout.rolled_back', 'engine', { was: 'pending' })],
      ...['rollback' as const, null, false as const],
    ],
    [
      'the end of one that had',
      [event(2_000, 'rollout.rolled_back', 'engine', { was: 'running' })],
      ...['rollback' as const, null, true as const],
    ],
    [
      'a rollback to an earlier primary',
      [
        event(1_000, 'rollout.promoted', 'anna', { command: 'rollback' }),
        event(1_000, 'rollout.created', 'anna', { intent: 'rollback' }),
      ],
      ...['rollback' as const, null, true as const],
    ],
    [
      'one that has not been deployed yet',
      [event(1_000, 'rollout.created', 'anna', { intent: 'rollback' })],
      'rollback',
      null,
      true,
    ],
    [
      'what the engine did since',
      [event(500, 'rollout.advanced', 'engine', {}, 'r2'), back],
      'rollback',
      null,
      true,
    ],
    [
      'a release for a date, and a date that was moved, since',
      [
        event(400, 'rollout.rescheduled', 'ben', {}, 'r2'),
        event(500, 'rollout.created', 'ben', { queued: true }, 'r2'),
        back,
      ],
      ...['rollback' as const, null, true as const],
    ],
    [
      'what a person did since',
      [event(500, 'rollout.promoted', 'ben', {}, 'r2'), back],
      'rollback',
      null,
      false,
    ],
    [
      'too long ago',
      [event(REPEAT_WITHIN_MS + 1, 'rollout.rolled_back', 'anna', { command: 'rollback' })],
      'rollback',
      null,
      false,
    ],
    ['nothing', [], 'rollback', null, false],
    ['a skip a moment ago', [skipped], 'skip', 'r1', true],
    ['a skip of another rollout', [{ ...skipped, rolloutId: 'r2' }], 'skip', 'r1', false],
    [
      'a skip, and an approval since',
      [event(500, 'rollout.approved', 'ben', { command: 'approve', commandAt: 2 }), skipped],
      'skip',
      'r1',
      false,
    ],
    [
      'an approval is no skip',
      [event(500, 'rollout.approved', 'ben', { command: 'approve', commandAt: 2 })],
      'skip',
      'r1',
      false,
    ],
  ] as const)('%s', (_what, events, command, rollout, isRepeat) => {
    expect(findDone(events, command, rollout, NOW as never) !== null).toBe(isRepeat);
  });

  it('is one by whoever repeats it, and never one that is older than the time says', () => {
    fc.assert(
      fc.property(fc.integer({ min: -60_000, max: 60_000 }), fc.string(), (ago, actor) => {
        // Later than now: the clock was set back since.
        const found = findDone(
          [event(ago, 'rollout.rolled_back', actor, { command: 'rollback' })],
          'rollback',
          null,
          NOW as never,
        );
        expect(found !== null).toBe(Math.abs(ago) <= REPEAT_WITHIN_MS);
      }),
    );
  });

  it('says who did it, when, and how to go on', () => {
    const done = findDone([skipped], 'skip', 'r1', NOW as never);
    expect(done && doneAlready('step 1 was skipped', done, NOW as never, 'Say "step".')).toBe(
      'step 1 was skipped already, 2s ago by anna; asked again within 10s, nothing more was done. Say "step".',
    );
  });
});
