import type { Scope } from '../ports/tokens.ts';

/**
 * How far somebody's word goes over the rails of a model: `submit` releases within them, `operate`
 * changes them on the record, `admin` steps over them.
 */
export type Authority = 'submit' | 'operate' | 'admin';

/** Who asks for a change, and what their word is good for. */
export interface By {
  /** For the record; see `Caller`. */
  readonly actor: string;
  readonly authority: Authority;
}

export function authorityOf(scopes: readonly Scope[]): Authority {
  if (scopes.includes('admin')) return 'admin';
  return scopes.includes('operate') ? 'operate' : 'submit';
}
