import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import { allowsRef, type CiRef, refOf, refRulesOf } from './ci-ref.ts';

const branch = (name: string): CiRef => ({ kind: 'branch', name });
const tag = (name: string): CiRef => ({ kind: 'tag', name });
const other = (name: string): CiRef => ({ kind: 'other', name });

describe('a full ref', () => {
  test.each<[string, string | undefined, CiRef]>([
    ['refs/heads/main', undefined, branch('main')],
    ['refs/heads/main', 'branch', branch('main')],
    ['refs/heads/release/2', undefined, branch('release/2')],
    ['refs/heads/tags/main', 'branch', branch('tags/main')],
    ['refs/heads/refs/tags/main', 'branch', branch('refs/tags/main')],
    ['refs/tags/main', 'tag', tag('main')],
    ['refs/tags/heads/main', undefined, tag('heads/main')],
    // Contradictions, and what is neither.
    ['refs/heads/main', 'tag', other('refs/heads/main')],
    ['refs/tags/main', 'branch', other('refs/tags/main')],
    ['refs/heads/main', '', other('refs/heads/main')],
    ['refs/pull/1/merge', 'branch', other('refs/pull/1/merge')],
    ['refs/merge-requests/1/head', undefined, other('refs/merge-requests/1/head')],
    ['main', 'branch', other('main')],
    ['heads/main', undefined, other('heads/main')],
    ['REFS/heads/main', undefined, other('REFS/heads/main')],
    ['refs/Heads/main', undefined, other('refs/Heads/main')],
    [' refs/heads/main', undefined, other(' refs/heads/main')],
    ['refs/heads/', undefined, other('refs/heads/')],
    ['', undefined, other('')],
  ])('%j (%j)', (full, type, ref) => expect(refOf(full, type)).toEqual(ref));
});

describe('rules', () => {
  const rules = { branches: ['main', 'release/*'], tags: ['v*'] };
  test.each<[CiRef, boolean]>([
    [branch('main'), true],
    [branch('release/2'), true],
    [tag('v2'), true],
    [{ kind: 'unsaid', name: 'main' }, true],
    [tag('main'), false],
    [branch('v2'), false],
    [{ kind: 'unsaid', name: 'v2' }, false],
    [branch('Main'), false],
    [branch('main '), false],
    [branch('tags/main'), false],
    [other('main'), false],
  ])('%j: %j', (ref, allowed) => expect(allowsRef(rules, ref)).toBe(allowed));

  it('are of branches and tags apart, but where nothing has a branch', () => {
    expect(refRulesOf({}, ['pipeline'])).toBeNull();
    expect(refRulesOf({ branches: ['v*'] }, ['release'])).toEqual({ tags: ['v*'] });
    expect(refRulesOf({ branches: ['v*'] }, ['release', 'pipeline'])).toEqual({ branches: ['v*'] });
    expect(refRulesOf({ branches: ['v*'] }, [])).toEqual({ branches: ['v*'] });
  });
});

it('for any name and rules: only what is named of its own kind passes', () => {
  const name = fc.stringMatching(/^[a-z*/]{1,12}$/);
  const names = fc.array(name, { maxLength: 4 });
  const folder = fc.constantFrom('heads', 'tags', 'pull', 'remotes', 'Heads', '');
  fc.assert(
    fc.property(name, names, names, folder, (one, branches, tags, at) => {
      const ref = refOf(`refs/${at}/${one}`);
      const own = at === 'heads' ? branches : at === 'tags' ? tags : [];
      const isNamed = own.some((p) => p === one || (p.endsWith('*') && one.startsWith(p.slice(0, -1))));
      expect(allowsRef({ branches, tags }, ref)).toBe(isNamed);
      expect(allowsRef({ branches, tags }, refOf(one))).toBe(false);
    }),
    { numRuns: 2_000 },
  );
});
