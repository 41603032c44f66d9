import type { GatewayRoute, RouteRule } from './gateway-route.ts';

/** The label by which the owner of an HTTPRoute or GRPCRoute lends a model's split to Understudy. Its value is the model's name. */
export const MODEL_LABEL = 'understudy.dev/model';
/** The same as an annotation, for names that no label can have; the label is then there with the value `annotated`. */
const MODEL_ANNOTATION = 'understudy.dev/model';
/** Which rule is ours (`spec.rules[].name`), where the route has several. */
const RULE_ANNOTATION = 'understudy.dev/rule';
/** Where versions answer: `digits-v{version}:8080` or `digits-v{version}.models:8080`. Left out: at their serving URLs. */
export const SERVICE_ANNOTATION = 'understudy.dev/service';

/** @returns whose split the route carries; `null`: nobody's */
export function modelOf({ metadata }: Pick<GatewayRoute, 'metadata'>): string | null {
  const label = metadata.labels?.[MODEL_LABEL];
  return label === undefined ? null : (metadata.annotations?.[MODEL_ANNOTATION] ?? label);
}

/** The one rule that is Understudy's. */
export interface OwnRule {
  readonly at: number;
  readonly rule: RouteRule;
}

/** @returns in words why there is none */
export function ownRuleOf({ metadata, spec }: GatewayRoute): OwnRule | string {
  const rules = spec.rules ?? [];
  const name = metadata.annotations?.[RULE_ANNOTATION];
  if (name !== undefined) {
    const at = rules.findIndex((rule) => rule.name === name);
    const rule = rules[at];
    if (rule) return { at, rule };
    return `it has no rule named ${name}, as its annotation ${RULE_ANNOTATION} says: give one of spec.rules that name`;
  }
  const [rule] = rules;
  if (rule && rules.length === 1) return { at: 0, rule };
  return `it has ${rules.length} rules: give the model's a name (spec.rules[].name) and say it in the annotation ${RULE_ANNOTATION}`;
}
