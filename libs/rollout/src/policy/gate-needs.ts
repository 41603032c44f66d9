import type { Gate, Policy } from './policy.ts';

/** What the operator has to set up at the worker before some gate can be judged. */
export type Ability = 'judge' | 'embedder' | `source:${string}`;

/** The name of the metric source of gates that name none. */
const DEFAULT_SOURCE = 'default';

/** The one place that says which gate needs what. */
export function abilityOf(gate: Gate): Ability | null {
  if (gate.metric === 'judge_win_rate') return 'judge';
  if (gate.metric === 'embedding_distance_mean') return 'embedder';
  if (gate.metric === 'http') return gate.source ? `source:${gate.source}` : null;
  return gate.metric === 'prometheus' ? `source:${gate.source}` : null;
}

/** The settings that give the worker an ability, for people. */
export function settingsFor(ability: Ability): string {
  if (ability === 'judge') return 'JUDGE_URL and JUDGE_MODEL';
  if (ability === 'embedder') return 'EMBEDDINGS_URL and EMBEDDINGS_MODEL';
  const name = ability.slice('source:'.length);
  return name === DEFAULT_SOURCE ? 'PROMETHEUS_URL' : `a source "${name}" in METRIC_SOURCES`;
}

/** A gate that cannot be judged as things are set up. */
export interface Unconfigured {
  /** Its place in the policy's gates. */
  readonly at: number;
  readonly gate: string;
  readonly ability: Ability;
  readonly settings: string;
}

/** The gates whose ability is not among these. Gates that are only reported too: they would report nothing. */
export function unconfiguredGates(
  { gates }: Pick<Policy, 'gates'>,
  has: ReadonlySet<string>,
): readonly Unconfigured[] {
  return gates.flatMap((gate, at) => {
    const ability = abilityOf(gate);
    return ability === null || has.has(ability)
      ? []
      : [{ at, gate: gate.name, ability, settings: settingsFor(ability) }];
  });
}
