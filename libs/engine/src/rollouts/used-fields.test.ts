import { expect, it } from '@jest/globals';
import { DomainError } from '#libs/kernel';
import { type Action, ACTIONS } from '#libs/rollout';
import { assertUsed } from './used-fields.ts';

const FIELDS: readonly (readonly [field: object, by: readonly Action[]])[] = [
  [{ startAt: 1 }, ['retry']],
  [{ startAt: null }, ['retry']],
  [{ overrideFreeze: true }, ['skip', 'promote', 'retry']],
  [{ seen: { digest: null } }, ['approve', 'reject']],
  [{ seen: { policyHash: 'x' } }, ['approve', 'reject']],
];
const UNSAID = { startAt: undefined, overrideFreeze: false, seen: {} };

/** The pointer of what it is refused for. */
function refused(action: Action, field: object): string | undefined {
  try {
    assertUsed({ action, ...UNSAID, ...field });
    return undefined;
  } catch (error) {
    if (error instanceof DomainError) return error.errors[0]?.pointer;
    throw error;
  }
}

it.each(ACTIONS)('what %s has no use for is refused, and nothing is that is left unsaid', (action) => {
  expect(refused(action, {})).toBeUndefined();
  for (const [field, by] of FIELDS)
    expect([field, refused(action, field) === undefined]).toEqual([field, by.includes(action)]);
});
