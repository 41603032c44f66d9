import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DEFAULT_CALLER_RULES, unitOf } from '#libs/traffic';
import { joinedField } from './joined-field.ts';

describe('a field in several lines', () => {
  it.each([
    ['cookie', ['Cookie', 'a=1', 'x', 'y', 'COOKIE', 'b=2'], 'a=1; b=2'],
    ['x-tenant', ['x-tenant', 'a', 'X-Tenant', 'b, c'], 'a, b, c'],
    ['x-tenant', ['x-tenant', '', 'X-Tenant', 'b'], ', b'],
    ['x-tenant', ['x-tenants', 'a'], undefined],
    ['x-understudy-unit', ['X-Understudy-Unit', 'a', 'x-understudy-unit', 'b'], 'a'],
    ['x-request-id', ['x-request-id', 'a', 'x-request-id', 'b'], 'a'],
    ['traceparent', ['traceparent', 'a', 'traceparent', 'b'], 'a'],
  ])('%s of %j is %j', (name, headers, value) => expect(joinedField(headers, name)).toBe(value));

  it('names the same unit, whichever way those in front have cut it', () => {
    const cookie = fc.tuple(fc.constantFrom('a', 'b', 'uid', 'uid2'), fc.stringMatching(/^[a-z0-9]{1,6}$/));
    const cookies = fc.array(
      cookie.map(([name, value]) => `${name}=${value}`),
      { minLength: 1, maxLength: 8 },
    );
    const unit = (headers: readonly string[]): string | null =>
      unitOf(
        { from: 'cookie', name: 'uid' },
        { header: (name) => joinedField(headers, name), json: () => undefined },
      );
    fc.assert(
      fc.property(cookies, fc.array(fc.nat(8)), (all, cuts) => {
        const whole = ['cookie', all.join('; ')];
        const places = [...new Set([0, ...cuts.filter((cut) => cut < all.length), all.length])].sort(
          (a, b) => a - b,
        );
        const cut = places.slice(1).flatMap((end, i) => ['cookie', all.slice(places[i], end).join('; ')]);
        expect(unit(cut)).toBe(unit(whole));
      }),
    );
  });

  it('and the unit of a header that lists the same, too', () => {
    const unit = (headers: readonly string[]): string | null =>
      unitOf(
        { ...DEFAULT_CALLER_RULES.unit, name: 'X-Groups' },
        { header: (name) => joinedField(headers, name), json: () => undefined },
      );
    expect(unit(['x-groups', 'a', 'X-Groups', 'b'])).toBe(unit(['x-groups', 'a, b']));
  });
});
