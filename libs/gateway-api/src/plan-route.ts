import type { Route } from '#libs/traffic';
import { ownRuleOf, type OwnRule } from './binding.ts';
import { type ForeignEdit, foreignEditOf } from './foreign-edit.ts';
import { GATEWAY_API_VERSION, type GatewayRoute } from './gateway-route.ts';
import { asRuleSplit, readRule, type RuleSplit, writeRule } from './rule-split.ts';
import { type Split, wantedSplit } from './wanted-split.ts';
import { readMark, WRITTEN_ANNOTATION, type WrittenMark } from './written-mark.ts';

/** What to do with somebody else's weights in our rule: take the rule back, or leave theirs until the model's route changes. */
export type OnForeignEdit = 'takeBack' | 'leave';

/** What is to be done with one object. */
export type Plan =
  /** It says what is wanted. */
  | { readonly kind: 'done' }
  /** @param foreign whose change it takes back */
  | { readonly kind: 'apply'; readonly body: object; readonly foreign: ForeignEdit | null }
  /** Another process has written a newer route of the model, which this one has not heard of yet. */
  | { readonly kind: 'newer'; readonly revision: number }
  /** Somebody else's weights stand. */
  | { readonly kind: 'left'; readonly foreign: ForeignEdit }
  /** It cannot be said in this object; `body`: callers go to the primary meanwhile. */
  | { readonly kind: 'refused'; readonly why: string; readonly body: object | null };

/** Compares what is in the cluster with what is wanted. Pure: the same of both gives the same plan, whatever happened before. */
export function planRoute(route: Route, object: GatewayRoute, onForeignEdit: OnForeignEdit): Plan {
  const mark = readMark(object);
  if (mark !== null && mark.revision > route.revision) return { kind: 'newer', revision: mark.revision };
  const own = ownRuleOf(object);
  if (typeof own === 'string') return { kind: 'refused', why: own, body: null };
  const wanted = wantedSplit(route, object);
  if (wanted.kind === 'refused') return { kind: 'refused', why: wanted.why, body: null };
  const write = { object, own, mark, split: wanted.split, revision: route.revision };
  const { body, foreign } = writeOf(write);
  if (wanted.kind === 'primaryOnly') return { kind: 'refused', why: wanted.why, body };
  if (body === null) return { kind: 'done' };
  if (foreign !== null && onForeignEdit === 'leave' && mark?.revision === route.revision)
    return { kind: 'left', foreign };
  return { kind: 'apply', body, foreign };
}

interface Write {
  readonly object: GatewayRoute;
  readonly own: OwnRule;
  readonly mark: WrittenMark | null;
  readonly split: Split;
  readonly revision: number;
}

/** @returns `body`: `null` where the object says it already */
function writeOf({ object, own, mark, split, revision }: Write): {
  body: object | null;
  foreign: ForeignEdit | null;
} {
  const home = object.metadata.namespace;
  const wanted = asRuleSplit(split);
  const mirrors = new Set([mark?.mirror, wanted.mirror].filter((one) => typeof one === 'string'));
  const present = readRule(own.rule, home, mirrors);
  const isThere = isSame(present, wanted);
  const next: WrittenMark = { revision, services: wanted.services, mirror: wanted.mirror };
  if (isThere && mark !== null && sameMark(mark, next)) return { body: null, foreign: null };
  const isForeign = mark !== null && !isThere && !says(present, mark);
  const rule = isThere ? own.rule : writeRule(own.rule, split, home, mirrors);
  return {
    body: bodyOf(object, own.at, rule, next),
    foreign: isForeign ? foreignEditOf(object) : null,
  };
}

const sameServices = (one: Readonly<Record<string, number>>, other: typeof one): boolean =>
  Object.keys(one).length === Object.keys(other).length &&
  Object.entries(one).every(([name, weight]) => other[name] === weight);

const says = (present: RuleSplit, { services, mirror }: Pick<WrittenMark, 'services' | 'mirror'>): boolean =>
  present.mirror === mirror && sameServices(present.services, services);

const isSame = (present: RuleSplit, wanted: RuleSplit): boolean =>
  says(present, wanted) && present.share === wanted.share;

const sameMark = (one: WrittenMark, other: WrittenMark): boolean =>
  one.revision === other.revision &&
  one.mirror === other.mirror &&
  sameServices(one.services, other.services);

/**
 * For server-side apply. `spec.rules` is one field to the API server (an atomic list), so it goes whole, as it was read; by `resourceVersion`
 * it is taken only while nobody has changed anything since, and by `uid` no other object of that name is.
 */
function bodyOf(object: GatewayRoute, at: number, rule: object, mark: WrittenMark): object {
  const { name, namespace, uid, resourceVersion } = object.metadata;
  return {
    apiVersion: GATEWAY_API_VERSION,
    kind: object.kind,
    metadata: {
      ...{ name, namespace, uid, resourceVersion },
      annotations: { [WRITTEN_ANNOTATION]: JSON.stringify(mark) },
    },
    spec: { rules: (object.spec.rules ?? []).map((one, i) => (i === at ? rule : one)) },
  };
}
