import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  canonical,
  distinctPeople,
  isSamePerson,
  ownerOf,
  peopleIn,
  principalOf,
  tokenIn,
} from './principal.ts';

const same = (a: string, b: string): boolean => isSamePerson(principalOf(a), principalOf(b));

describe('one person', () => {
  it.each([
    ['user:anna', 'user:Anna'],
    ['user:anna', 'user:anna '],
    ['user:anna', 'user:\u200banna'],
    ['user:anna', 'user:ａｎｎａ'],
    ['user:anna', 'user:anna/token:laptop'],
    ['user:anna/token:phone', 'user:ANNA/token:x/token:y'],
    ['user:zoë', 'user:zoe\u0308'],
    ['user:strasse', 'user:Straße'],
    ['user:anna@acme.example', 'user:Anna@ACME.example'],
    ['user:anna@acme.example', 'user:anna+ci@acme.example'],
    ['user:anna', 'user:anna@acme.example'],
    ['user:anna', 'user:1234567+anna@users.noreply.github.com'],
    ['token:ci', 'token:ci'],
  ])('%s is %s', (a, b) => {
    expect([same(a, b), same(b, a)]).toEqual([true, true]);
  });

  it.each([
    ['user:anna', 'user:ben'],
    ['user:anna', 'user:annabel'],
    ['user:anna', 'user:annabel@acme.example'],
    ['user:anna@a.example', 'user:anna@b.example'],
    ['user:anna', 'token:anna'],
    ['token:ci', 'token:ci2'],
    ['webhook:anna', 'user:anna'],
  ])('%s is not %s', (a, b) => {
    expect([same(a, b), same(b, a)]).toEqual([false, false]);
  });

  const letters = fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz0123456789éñüøßжя日');
  const name = fc.array(letters, { minLength: 1, maxLength: 12 }).map((all) => all.join(''));
  const unseen = fc.constantFrom('', ' ', '\t', '\u200b', '\u00ad', '\ufeff', '\u2060', '\u0000');
  const spelt = (text: string) =>
    fc
      .tuple(
        fc.constantFrom('NFC', 'NFD', 'NFKC', 'NFKD'),
        fc.constantFrom(0, 1, 2),
        unseen,
        unseen,
        fc.boolean(),
      )
      .map(([form, letterCase, before, after, byToken]) => {
        const cased =
          [text, text.toUpperCase(), (text[0] ?? '').toUpperCase() + text.slice(1)][letterCase] ?? text;
        return `user:${before}${cased.normalize(form)}${after}${byToken ? '/token:any' : ''}`;
      });

  it('is one in every spelling', () => {
    fc.assert(
      fc.property(
        name.chain((text) => fc.tuple(spelt(text), spelt(text))),
        ([one, other]) => {
          expect([one, other, same(one, other)]).toEqual([one, other, true]);
          expect(distinctPeople([one, other])).toHaveLength(1);
          expect(ownerOf(one)).toBe(ownerOf(other));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('is not another', () => {
    fc.assert(
      fc.property(
        fc.tuple(name, name).filter(([a, b]) => canonical(a) !== canonical(b)),
        fc.nat(5),
        ([a, b], seed) => {
          const [one, other] = [
            fc.sample(spelt(a), { seed, numRuns: 1 }),
            fc.sample(spelt(b), { seed, numRuns: 1 }),
          ];
          expect(same(one[0] ?? '', other[0] ?? '')).toBe(false);
          expect(distinctPeople([...one, ...other])).toHaveLength(2);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('has a canonical spelling that stays as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (text) => {
        expect(canonical(canonical(text))).toBe(canonical(text));
      }),
      { numRuns: 5_000 },
    );
  });
});

it('an owner must have a name', () => {
  for (const text of ['', ' ', '\u200b', '\u2800', 'user:', '/token:x'])
    expect(() => ownerOf(text)).toThrow(expect.objectContaining({ code: 'owner_invalid' }));
});

it('nobody but people are people', () => {
  for (const actor of ['token:admin', 'ci:actions', 'webhook:x', 'gateway:g', 'engine', 'nobody'])
    expect([actor, principalOf(actor).isPerson]).toEqual([actor, false]);
  expect(tokenIn('user:anna/token:a/token:b')).toEqual({ name: 'a/token:b', owner: 'user:anna' });
  expect(tokenIn('token:ci:actions')).toEqual({ name: 'ci:actions', owner: null });
  expect(tokenIn('user:anna')).toBeNull();
});

it("reads people in a version's source", () => {
  const source = {
    commit: 'abc',
    author: 'Anna B <anna@x>',
    committer_email: 'b@x',
    triggeredBy: 'carl',
    authority: 'no',
  };
  expect(peopleIn(source)).toEqual(['Anna B', 'anna@x', 'b@x', 'carl']);
});
