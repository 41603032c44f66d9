import { type Role, ROLES } from '#libs/engine';

/** Attributes of LDAP names that a group's name can be made of. */
const LDAP = ['cn', 'ou', 'dc', 'o', 'c', 'l', 'st', 'uid', 'street'];

const isRole = (role: unknown): role is Role => (ROLES as readonly unknown[]).includes(role);
/** An LDAP name: parts with `=`, at least one. */
const isDn = (text: string): boolean => text.includes('=');

/** Groups are compared by this: in LDAP names neither case nor space around parts means anything. */
export const groupKey = (group: string): string =>
  isDn(group)
    ? partsOf(group)
        .map((part) => part.trim().replace(/\s*=\s*/, '='))
        .join(',')
        .toLowerCase()
    : group;

/** At commas that are not escaped. */
const partsOf = (text: string): string[] => text.split(/(?<!\\),/);

/**
 * Reads OIDC_ROLES: `group=role,other=role`, or a JSON object of them. A group may be an LDAP name
 * (`cn=ml,ou=groups,dc=acme=admin`), as long as it is clear where it ends.
 * @returns roles by `groupKey`, or why it cannot be read
 */
export function parseRoles(text: string): Map<string, Role> | string {
  if (text.trim() === '') return new Map();
  const pairs = text.trimStart().startsWith('{') ? fromJson(text) : fromList(text);
  if (typeof pairs === 'string') return pairs;
  const roles = new Map<string, Role>();
  for (const [group, role] of pairs) {
    if (group === '' || !isRole(role)) return `"${group}" has a role that is none`;
    const known = roles.get(groupKey(group));
    if (known !== undefined && known !== role) return `"${group}" has two roles`;
    roles.set(groupKey(group), role);
  }
  return roles;
}

function fromJson(text: string): [string, unknown][] | string {
  try {
    return Object.entries(JSON.parse(text) as object).map(([group, role]) => [group.trim(), role]);
  } catch (error) {
    return `it begins as JSON and is none (${(error as Error).message})`;
  }
}

function fromList(text: string): [string, unknown][] | string {
  const pairs: [string, unknown][] = [];
  let parts: string[] = [];
  for (const part of partsOf(text)) {
    const at = part.lastIndexOf('=');
    const [before, role] = [part.slice(0, at).trim(), part.slice(at + 1).trim()];
    if (at < 0 || !isRole(role)) {
      parts.push(part.trim());
      continue;
    }
    // "ou=admin" could be the middle of a name as well as the end of it.
    if (LDAP.includes(before.toLowerCase()))
      return `"${part.trim()}" may be a part of an LDAP name: ${AS_JSON}`;
    const all = [...parts, before];
    if (all.length > 1 && !all.every(isDn)) return `"${all.join(',')}" is no group: ${AS_JSON}`;
    pairs.push([all.join(','), role]);
    parts = [];
  }
  return parts.length === 0 ? pairs : `"${parts.join(',')}" has no role`;
}

const AS_JSON = 'write the setting as JSON, {"group": "role"}';
