import { ALL, type BasisPoints } from '#libs/kernel';
import type { BackendRef, RouteFilter, RouteRule } from './gateway-route.ts';
import { type ServicePort, serviceText } from './service-of.ts';
import type { Split } from './wanted-split.ts';
import type { WrittenMark } from './written-mark.ts';

const MIRROR = 'RequestMirror';
/** What a rule sends where, to compare with what is wanted. */
export type RuleSplit = Pick<WrittenMark, 'services' | 'mirror'> & {
  /** Of the requests, those that are mirrored; `null` without a mirror. */
  readonly share: BasisPoints | null;
};

const toService = (ref: BackendRef, home: string): string =>
  `${ref.group === undefined || ref.group === '' ? '' : `${ref.group}/`}${
    ref.kind === undefined || ref.kind === 'Service' ? '' : `${ref.kind}/`
  }${serviceText({ namespace: ref.namespace ?? home, name: ref.name, port: ref.port ?? 0 })}`;

/**
 * Reads a rule. Of its mirrors that one counts which Understudy wrote, or is about to write; others are the owner's.
 * @param home the namespace of the route
 */
export function readRule(rule: RouteRule, home: string, own: ReadonlySet<string>): RuleSplit {
  const services: Record<string, number> = {};
  for (const ref of rule.backendRefs ?? []) {
    const name = toService(ref, home);
    services[name] = (services[name] ?? 0) + (ref.weight ?? 1);
  }
  const mirror = (rule.filters ?? []).find((filter) => isOwn(filter, home, own));
  const to = mirror?.requestMirror?.backendRef;
  return {
    services,
    mirror: to ? toService(to, home) : null,
    share: mirror ? shareOf(mirror) : null,
  };
}

const isOwn = (filter: RouteFilter, home: string, own: ReadonlySet<string>): boolean =>
  filter.type === MIRROR &&
  filter.requestMirror !== undefined &&
  own.has(toService(filter.requestMirror.backendRef, home));

function shareOf({ requestMirror }: RouteFilter): BasisPoints {
  const { percent, fraction } = (requestMirror ?? {}) as {
    percent?: number;
    fraction?: { numerator?: number; denominator?: number };
  };
  if (typeof percent === 'number') return percent * 100;
  if (!fraction) return ALL;
  return Math.round(((fraction.numerator ?? 0) / (fraction.denominator ?? 100)) * ALL);
}

/** The same of what is wanted. */
export const asRuleSplit = ({ services, mirror }: Split): RuleSplit => ({
  services: Object.fromEntries(services.map((one) => [serviceText(one), one.weight])),
  mirror: mirror && serviceText(mirror),
  share: mirror && mirror.share,
});

/** The rule with our split in it; everything else of it stays as it is, also what a reference to the same Service says besides. */
export function writeRule(rule: RouteRule, split: Split, home: string, own: ReadonlySet<string>): RouteRule {
  const before = new Map((rule.backendRefs ?? []).map((ref) => [toService(ref, home), ref]));
  const backendRefs = split.services.map((one) => ({
    ...(before.get(serviceText(one)) ?? refOf(one, home)),
    weight: one.weight,
  }));
  const others = (rule.filters ?? []).filter((filter) => !isOwn(filter, home, own));
  const filters = split.mirror
    ? [
        ...others,
        {
          type: MIRROR,
          requestMirror: { backendRef: refOf(split.mirror, home), ...sharedAs(split.mirror.share) },
        },
      ]
    : others;
  const { filters: _, ...rest } = rule;
  return { ...rest, ...(filters.length > 0 ? { filters } : {}), backendRefs };
}

/** A percentage is a whole number there; else it is a fraction. */
const sharedAs = (share: BasisPoints): object => {
  if (share === ALL) return {};
  return share % 100 === 0 ? { percent: share / 100 } : { fraction: { numerator: share, denominator: ALL } };
};

const refOf = ({ namespace, name, port }: ServicePort, home: string): BackendRef => ({
  group: '',
  kind: 'Service',
  name,
  ...(namespace === home ? {} : { namespace }),
  port,
});
