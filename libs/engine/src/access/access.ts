import type { Scope } from '../ports/tokens.ts';

/** What people are; each role is some scopes. */
export const ROLES = ['viewer', 'publisher', 'operator', 'approver', 'admin'] as const;
export type Role = (typeof ROLES)[number];

const SCOPES_OF: Record<Role, readonly Scope[]> = {
  viewer: ['read'],
  publisher: ['read', 'publish'],
  approver: ['read', 'approve'],
  operator: ['read', 'publish', 'operate', 'approve'],
  admin: ['admin'],
};

/** Everything that these roles may do. */
export function scopesOf(roles: readonly Role[]): readonly Scope[] {
  return [...new Set(roles.flatMap((role) => SCOPES_OF[role]))];
}

/** Who calls: a token, a person who has logged in, or a CI job that has shown who it is. */
export interface Caller {
  readonly id: string;
  readonly name: string;
  /** For the record: `token:<name>`, `user:<name>`, `user:<name>/token:<name>`, `ci:<source>`. */
  readonly actor: string;
  readonly scopes: readonly Scope[];
  /** The only models that it may touch: names, or prefixes that end with `*`; `null`: all. */
  readonly models: readonly string[] | null;
}

/** May whoever is bound to these models touch this one? */
export function mayTouch(models: readonly string[] | null, model: string): boolean {
  return models === null || models.some((pattern) => fits(pattern, model));
}

/** Is the model the one of the pattern: its name, or a prefix that ends with `*`? */
export function fits(pattern: string, model: string): boolean {
  return pattern.endsWith('*') ? model.startsWith(pattern.slice(0, -1)) : pattern === model;
}
