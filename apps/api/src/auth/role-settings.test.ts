import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import { ROLES } from '#libs/engine';
import { claimOf, groupsIn, isLeftOut } from './claimed-groups.ts';
import { rolesOf } from './oidc.ts';
import { parseRoles } from './role-settings.ts';

const read = (text: string): Record<string, string> | string => {
  const roles = parseRoles(text);
  return typeof roles === 'string' ? roles : Object.fromEntries(roles);
};

test.each([
  ['', {}],
  ['ml-admins=admin, ml=publisher,*=viewer', { 'ml-admins': 'admin', ml: 'publisher', '*': 'viewer' }],
  [
    'cn=ml-admins,ou=groups,dc=acme=admin,CN=ML,OU=Groups,DC=acme=viewer,x=operator',
    { 'cn=ml-admins,ou=groups,dc=acme': 'admin', 'cn=ml,ou=groups,dc=acme': 'viewer', x: 'operator' },
  ],
  ['cn=Doe\\, Jane,ou=x=viewer', { 'cn=doe\\, jane,ou=x': 'viewer' }],
  [
    '{"cn=a,ou=admin,dc=x": "viewer", "Some, Team": "operator"}',
    { 'cn=a,ou=admin,dc=x': 'viewer', 'Some, Team': 'operator' },
  ],
])('%s', (text, roles) => expect(read(text)).toEqual(roles));

test.each([
  ['cn=a,ou=admin,dc=x=viewer', /"ou=admin" may be a part of an LDAP name/],
  ['x=y,department=admin,dc=z=viewer', /is no group/],
  ['ml', /has no role/],
  ['a,b=admin', /is no group/],
  ['ml=boss', /has no role/],
  ['=admin', /has a role that is none/],
  ['ml=admin,ml=viewer', /two roles/],
  ['{"ml": "boss"}', /has a role that is none/],
  ['{"ml"', /is none/],
])('%s is refused', (text, because) => expect(read(text)).toMatch(because));

describe('for any groups', () => {
  const role = fc.constantFrom(...ROLES);
  const group = fc.oneof(
    fc.stringMatching(/^[A-Za-z0-9_/.:-]{1,10}$/),
    fc
      .array(
        fc.tuple(fc.constantFrom('cn', 'ou', 'dc', 'x'), fc.stringMatching(/^[a-z0-9 ]{0,3}[a-z0-9]$/)),
        { minLength: 1, maxLength: 4 },
      )
      .map((parts) => parts.map((part) => part.join('=')).join(',')),
  );
  it('whoever is in one has its role and no other: as a JSON object, and as a list where that is taken', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(group, role), { minLength: 1, maxLength: 4 }), (pairs) => {
        const wanted = new Map(pairs.map(([name, given]) => [name.toLowerCase(), [name, given]] as const));
        const one = [...wanted.values()];
        const json = parseRoles(JSON.stringify(Object.fromEntries(one)));
        const list = parseRoles(one.map((pair) => pair.join('=')).join(','));
        if (typeof json === 'string') throw new Error(json);
        for (const [name, given] of one) expect(rolesOf([name], json)).toEqual([given]);
        if (typeof list !== 'string') expect(list).toEqual(json);
      }),
    );
  });
});

test.each([
  ['groups', { groups: ['a'] }, ['a']],
  ['realm_access.roles', { realm_access: { roles: ['a'] } }, ['a']],
  ['resource_access.my.app.roles', { resource_access: { 'my.app': { roles: ['a'] } } }, ['a']],
  [
    'resource_access.my.app.roles',
    { resource_access: { my: { app: 'x' }, 'my.app': { roles: ['a'] } } },
    ['a'],
  ],
  ['https://acme.example/roles', { 'https://acme.example/roles': ['a'] }, ['a']],
  ['https://acme.example/auth.roles', { 'https://acme.example/auth': { roles: ['a'] } }, ['a']],
  ['a.b', { 'a.b': 1, a: { b: 2 } }, 1],
  ['a.b', { a: ['b'] }, undefined],
  ['a.toString', { a: {} }, undefined],
  ['__proto__.x', {}, undefined],
])('the claim %s of %j', (name, claims, value) => expect(claimOf(claims, name)).toEqual(value));

test.each([
  [
    ['a', 'b', 3, null],
    ['a', 'b'],
  ],
  ['a', ['a']],
  ['a,b', ['a,b', 'a', 'b']],
  ['ml admins', ['ml admins']],
  ['["a","b"]', ['a', 'b']],
  ['cn=a,ou=b', ['cn=a,ou=b']],
  ['', []],
  [undefined, []],
  [{ a: 1 }, []],
])('the groups in %j', (claim, groups) => expect(groupsIn(claim)).toEqual(groups));

test('LDAP names are the same in any case, with any space around their parts', () => {
  const roles = parseRoles('{"CN=ML Team,OU=Groups,DC=acme": "operator"}');
  if (typeof roles === 'string') throw new Error(roles);
  expect(rolesOf('cn=ml team, ou=groups , dc = ACME', roles)).toEqual(['operator']);
  expect(rolesOf('cn=mlteam,ou=groups,dc=acme', roles)).toEqual([]);
});

test.each([
  [{ _claim_names: { groups: 'src1' }, _claim_sources: { src1: { endpoint: 'https://graph' } } }, true],
  [{ hasgroups: true }, true],
  [{ _claim_names: { roles: 'src1' } }, false],
  [{}, false],
])('%j leaves groups out: %s', (claims, isOut) => expect(isLeftOut(claims, 'groups')).toBe(isOut));
