import { acceptanceOf, foreignWords, type GatewayRoute, nameOf, type Plan } from '#libs/gateway-api';

/** How an object stands to the route that it is to carry. */
export type Standing =
  /** Its gateways serve by the route. */
  | { readonly kind: 'serves' }
  /** That takes a moment. */
  | { readonly kind: 'underWay'; readonly why: string }
  /** It will not, unless somebody mends it. */
  | { readonly kind: 'stuck'; readonly why: string };

/**
 * Pure.
 * @param failure what the API server has said to the last attempt to write it; `null`: nothing bad
 */
export function standingOf(
  object: GatewayRoute,
  plan: Plan,
  failure: { readonly why: string; readonly passes: boolean } | null,
): Standing {
  const said = (why: string): string => `${nameOf(object)}: ${why}`;
  if (plan.kind === 'refused') return { kind: 'stuck', why: said(plan.why) };
  if (plan.kind === 'left')
    return { kind: 'stuck', why: said(`${foreignWords(plan.foreign)}, and it is left so`) };
  if (plan.kind === 'newer')
    return { kind: 'underWay', why: said(`it carries revision ${plan.revision}, which is newer`) };
  if (failure) return { kind: failure.passes ? 'underWay' : 'stuck', why: said(failure.why) };
  if (plan.kind === 'apply') return { kind: 'underWay', why: said('it is being written') };
  const acceptance = acceptanceOf(object);
  if (acceptance.kind === 'accepted') return { kind: 'serves' };
  return { kind: acceptance.kind === 'refused' ? 'stuck' : 'underWay', why: said(acceptance.why) };
}
