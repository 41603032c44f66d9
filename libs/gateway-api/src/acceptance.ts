import type { GatewayRoute, ParentRef } from './gateway-route.ts';

/** What the route's gateways say of its present generation. */
export type Acceptance =
  | { readonly kind: 'accepted' }
  /** They have not said anything of it yet. */
  | { readonly kind: 'waiting'; readonly why: string }
  /** One of them does not take it. */
  | { readonly kind: 'refused'; readonly why: string };

type Parent = NonNullable<NonNullable<GatewayRoute['status']>['parents']>[number];

/** Must be `True` of every parent, of this generation. */
const NEEDED = ['Accepted', 'ResolvedRefs'] as const;

/** Do all gateways of a route serve by its present generation? A route that has no parent is served by none. */
export function acceptanceOf({ metadata, spec, status }: GatewayRoute): Acceptance {
  const parents = spec.parentRefs ?? [];
  if (parents.length === 0) return { kind: 'refused', why: 'it has no parentRefs: no Gateway serves by it' };
  const all = parents.map((parent) => ofParent(parent, metadata, status?.parents ?? []));
  return all.find(({ kind }) => kind === 'refused') ?? all.find(({ kind }) => kind === 'waiting') ?? ACCEPTED;
}

const ACCEPTED: Acceptance = { kind: 'accepted' };

function ofParent(
  parent: ParentRef,
  { namespace, generation }: GatewayRoute['metadata'],
  said: readonly Parent[],
): Acceptance {
  const own = said.filter(({ parentRef }) => keyOf(parentRef, namespace) === keyOf(parent, namespace));
  if (own.length === 0)
    return { kind: 'waiting', why: `no controller has said anything of its parent ${parent.name}` };
  const all = own.map(({ conditions }) => ofConditions(parent.name, generation, conditions ?? []));
  return all.find(({ kind }) => kind !== 'accepted') ?? ACCEPTED;
}

function ofConditions(
  parent: string,
  generation: number,
  conditions: NonNullable<Parent['conditions']>,
): Acceptance {
  const present = conditions.filter(({ observedGeneration }) => (observedGeneration ?? 0) >= generation);
  const bad = present.find(({ type, status }) =>
    type === 'PartiallyInvalid'
      ? status === 'True'
      : NEEDED.some((one) => one === type) && status === 'False',
  );
  if (bad)
    return {
      kind: 'refused',
      why: `its parent ${parent} says ${bad.type}=${bad.status}, ${bad.reason ?? 'without a reason'}: ${bad.message ?? ''}`,
    };
  const missing = NEEDED.filter((type) => !present.some((one) => one.type === type && one.status === 'True'));
  if (missing.length === 0) return ACCEPTED;
  return {
    kind: 'waiting',
    why: `its parent ${parent} has not said ${missing.join(' and ')} of generation ${generation}`,
  };
}

const keyOf = ({ group, kind, name, namespace, sectionName, port }: ParentRef, home: string): string =>
  JSON.stringify([
    group ?? 'gateway.networking.k8s.io',
    kind ?? 'Gateway',
    namespace ?? home,
    name,
    sectionName ?? null,
    port ?? null,
  ]);
