import type { PlaneFeed } from '#libs/traffic';
import type { Gate } from './gates/gates.ts';
import type { Policy } from './policy.ts';
import type { Step } from './steps.ts';
import { isTimeGate, partsOfTime } from './gates/time-metric.ts';
import { isUncounted } from './uncounted-steps.ts';
import { isUsageGate } from './gates/usage-metric.ts';

/** What the operator has to set up at the worker before some gate can be judged, or what some data plane has to do for it. */
export type Ability = WorkerAbility | PlaneAbility;
type WorkerAbility = 'judge' | 'embedder' | `source:${string}`;
type PlaneAbility = `plane:${PlaneFeed}`;

/** Every worker that lives says this one. */
export const A_WORKER = 'worker';
/** And every data plane this one. */
export const A_PLANE = 'plane';
/** And this one whatever moves callers who are counted elsewhere (`isUncounted`). */
export const MOVES_CALLERS = 'plane-moves-callers';

/** The name of the metric source of gates that name none. */
const DEFAULT_SOURCE = 'default';

/** The one place that says which gate needs what. */
function abilitiesOf(gate: Gate): readonly Ability[] {
  const [worker, plane] = [workerAbilityOf(gate), planeAbilityOf(gate)];
  const isBySegments = 'segments' in gate && gate.segments !== null;
  return [
    ...(worker === null ? [] : [worker]),
    ...(plane === null ? [] : [plane]),
    ...(isBySegments ? (['plane:segments'] as const) : []),
  ];
}

function workerAbilityOf(gate: Gate): WorkerAbility | null {
  if (gate.metric === 'judge_win_rate') return 'judge';
  if (gate.metric === 'embedding_distance_mean') return 'embedder';
  if (gate.metric === 'http') return gate.source ? `source:${gate.source}` : null;
  return gate.metric === 'prometheus' ? `source:${gate.source}` : null;
}

/** Metrics that are read in what models are asked and answer. */
const READ: ReadonlySet<string> = new Set<Gate['metric']>([
  'schema_violations',
  'agreement',
  'judge_win_rate',
  'rank_correlation',
  'edit_distance_mean',
  'embedding_distance_mean',
  'score_delta',
  'output_drift',
  'confidence',
  'input_drift',
]);

function planeAbilityOf(gate: Gate): PlaneAbility | null {
  if (READ.has(gate.metric) || isUsageGate(gate)) return 'plane:answers';
  return isTimeGate(gate) && partsOfTime(gate.metric).time !== 'latency' ? 'plane:streams' : null;
}

function needOfStep(step: Step): PlaneAbility | null {
  // One that counts nothing is judged by a source, and mirrored by what moves callers.
  if (step.kind === 'shadow') return isUncounted(step) ? null : 'plane:shadow';
  return step.kind === 'canary' && step.ring !== null ? 'plane:rings' : null;
}

const PLANE_WORDS: Readonly<Record<PlaneAbility, string>> = {
  'plane:answers': 'a data plane that reads answers',
  'plane:streams': 'a data plane that times the events of streams',
  'plane:segments': 'a data plane that counts by segment',
  'plane:shadow': 'a data plane that sends shadow copies',
  'plane:rings': 'a data plane that knows rings of segments',
};

/** What gives an ability, for people. */
export function settingsFor(ability: Ability): string {
  if (ability === 'judge') return 'JUDGE_URL and JUDGE_MODEL';
  if (ability === 'embedder') return 'EMBEDDINGS_URL and EMBEDDINGS_MODEL';
  if (isOfPlane(ability)) return `${PLANE_WORDS[ability]} (the built-in gateway does, Envoy does not)`;
  const name = ability.slice('source:'.length);
  return name === DEFAULT_SOURCE ? 'PROMETHEUS_URL' : `a source "${name}" in METRIC_SOURCES`;
}

const isOfPlane = (ability: Ability): ability is PlaneAbility => ability.startsWith('plane:');

/** A gate that cannot be judged as things are set up, or a step that cannot be taken. */
export interface Unconfigured {
  /** Its place in the policy. */
  readonly pointer: string;
  /** A gate's name, or which step. */
  readonly name: string;
  readonly ability: Ability;
  readonly settings: string;
  /** Workers lack it, or data planes do. */
  readonly of: 'worker' | 'plane';
}

/**
 * The gates and steps whose abilities are not among these. Gates that are only reported too: they would report nothing.
 * @param has what workers and data planes have said; of those that have not spoken nothing is known, and nothing lacks
 */
export function unconfigured(
  { gates, steps }: Pick<Policy, 'gates' | 'steps'>,
  has: ReadonlySet<string>,
): readonly Unconfigured[] {
  const isLacking = (ability: Ability): boolean =>
    has.has(isOfPlane(ability) ? A_PLANE : A_WORKER) && !has.has(ability);
  const lacking = (pointer: string, name: string, abilities: readonly Ability[]): Unconfigured[] =>
    abilities.filter(isLacking).map((ability) => ({
      ...{ pointer, name, ability, settings: settingsFor(ability) },
      of: isOfPlane(ability) ? 'plane' : 'worker',
    }));
  return [
    ...steps.flatMap((step, at) => {
      const need = needOfStep(step);
      return lacking(`/steps/${at}`, `step ${at + 1} (${step.kind})`, need === null ? [] : [need]);
    }),
    ...gates.flatMap((gate, at) => lacking(`/gates/${at}`, gate.name, abilitiesOf(gate))),
  ];
}

/** Does a policy need anything of the kind? Most do not. */
export const needsAbilities = (policy: Pick<Policy, 'gates' | 'steps'>): boolean =>
  unconfigured(policy, new Set([A_WORKER, A_PLANE])).length > 0;
