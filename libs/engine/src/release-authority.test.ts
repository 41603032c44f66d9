import { expect, it } from '@jest/globals';
import { DEFAULT_POLICY_DOCUMENT } from '#libs/rollout';
import { releaseTerms } from './release-authority.ts';

const silent = { ...DEFAULT_POLICY_DOCUMENT, name: 'of the release' } as Record<string, unknown>;
delete silent['onUndecided'];

it.each(['rollback', 'pause'])(
  'a release that says nothing of a step whose time is over ends as its model says: %s',
  (onUndecided) => {
    const { policy, loosened } = releaseTerms(
      silent,
      { policy: { ...DEFAULT_POLICY_DOCUMENT, onUndecided } },
      'submit',
    );
    expect(loosened).toEqual([]);
    expect(policy).toEqual(onUndecided === 'rollback' ? { ...silent, onUndecided } : silent);
  },
);

it('one that says it is looser', () => {
  const model = { policy: { ...DEFAULT_POLICY_DOCUMENT, onUndecided: 'rollback' } };
  expect(() => releaseTerms({ ...silent, onUndecided: 'pause' }, model, 'submit')).toThrow(/looser/);
});
