import type { Config } from '#libs/config';
import { DomainError } from '#libs/kernel';
import type { LoginSettings } from '../ports.ts';
import { parseRoles } from './role-settings.ts';

/** @throws DomainError `config_invalid` when OIDC_ROLES names something that is no role */
export function loginSettings({ oidc, publicUrl, apiUrl, sessionHours }: Config): LoginSettings {
  const common = { publicUrl: publicUrl ?? apiUrl, sessionHours };
  if (oidc === null) return { ...common, oidc };
  const roles = parseRoles(oidc.roles);
  if (typeof roles !== 'string') return { ...common, oidc: { ...oidc, roles } };
  throw new DomainError(
    'invalid',
    'config_invalid',
    `OIDC_ROLES: ${roles}. It is group=role,group=role; roles are viewer, publisher, operator, approver and admin.`,
  );
}
