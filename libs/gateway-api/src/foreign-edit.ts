import type { GatewayRoute } from './gateway-route.ts';
import { FIELD_MANAGER } from './written-mark.ts';

/** Somebody else has changed what Understudy wrote. */
export interface ForeignEdit {
  /** The field manager that owns the rules now, as the API server knows it; `null`: it does not say. */
  readonly manager: string | null;
  /** RFC 3339. */
  readonly at: string | null;
}

/** Who has written `spec.rules` last, besides us. */
export function foreignEditOf({ metadata }: Pick<GatewayRoute, 'metadata'>): ForeignEdit {
  const owners = (metadata.managedFields ?? [])
    .filter(({ manager, subresource }) => manager !== FIELD_MANAGER && !subresource)
    .filter(({ fieldsV1 }) => ownsRules(fieldsV1))
    .sort((one, other) => (other.time ?? '').localeCompare(one.time ?? ''));
  const [last] = owners;
  return { manager: last?.manager ?? null, at: last?.time ?? null };
}

const ownsRules = (fields: Readonly<Record<string, unknown>> | undefined): boolean => {
  const spec = fields?.['f:spec'];
  return typeof spec === 'object' && spec !== null && 'f:rules' in spec;
};

/** For logs and people. */
export const foreignWords = ({ manager, at }: ForeignEdit): string =>
  `${manager ?? 'somebody who left no name as field manager'} has changed the model's rule${at === null ? '' : ` (${at})`}`;
