import { type AskedStart, askedStartMs } from '../decide/asked-start.ts';
import {
  atLeast,
  atMost,
  type Compare,
  escape,
  fields,
  free,
  type Looser,
  type Orders,
  oneOf,
  same,
  superset,
  time,
} from './orders.ts';
import {
  type Gate,
  isIntegrityGate,
  type RateMargin,
  type Segments,
  segmentSource,
  type TokenMargin,
} from '../policy/gates/gates.ts';
import { type Policy } from '../policy/policy.ts';
import { TIME_METRICS, type TimeMetric } from '../policy/gates/time-metric.ts';
import { USAGE_METRICS, type UsageMetric } from '../policy/gates/usage-metric.ts';
import { boundInDocument, type ValueBound } from '../policy/gates/value-bound.ts';

/** The gates of one metric. */
type GateOf<M extends Gate['metric'], G = Gate> = G extends { readonly metric: infer Metrics }
  ? M extends Metrics
    ? G
    : never
  : never;
type GateOrders = { readonly [M in Gate['metric']]: Orders<GateOf<M>> };

const common = {
  // Gates are found by their names.
  name: free,
  metric: same<string>(),
  in: superset,
  dryRun: oneOf<boolean>(false, true),
  // Harm waits for its end, and so does the step: a shorter one lets a step end sooner, a longer one harm go on.
  startPeriod: same<AskedStart>((asked) => time(askedStartMs(asked))),
  coldStart: same<AskedStart>((asked) => time(askedStartMs(asked))),
};

const showSegments = (s: Segments | null): string =>
  s === null ? 'none' : `the ${s.most} most seen of ${segmentSource(s)}`;
/** Values that share a verdict in the one policy would have their own in the other: only none is looser for sure. */
const segments: Compare<Segments | null> = (release, model, field) =>
  model === null ? [] : same(showSegments)(release, model, field);
const evidence = { ...common, segments };

const showMargin = (margin: RateMargin): string =>
  'ratio' in margin
    ? `maxIncreaseRatio ${margin.ratio}`
    : margin.harmRatio === undefined
      ? `maxIncrease ${margin.increase}`
      : `maxIncrease { points: ${margin.increase}, ratio: ${margin.harmRatio} }`;
const harmRatioOf = (margin: RateMargin): number =>
  'harmRatio' in margin ? (margin.harmRatio ?? Infinity) : Infinity;
/** A rise and a multiple cannot be compared: it depends on the primary's rate. */
const margin: Compare<RateMargin> = (release, model, field) => {
  const both = 'ratio' in release === 'ratio' in model;
  const of = (one: RateMargin): number => ('ratio' in one ? one.ratio : one.increase);
  if (both && of(release) <= of(model) && harmRatioOf(release) <= harmRatioOf(model)) return [];
  const todo =
    both && harmRatioOf(model) === Infinity
      ? `write at most ${of(model)}`
      : `write ${showMargin(model)}, or less`;
  return [{ field, release: showMargin(release), model: showMargin(model), todo }];
};
const showTokens = (margin: TokenMargin): string =>
  'ratio' in margin
    ? `${margin.worse === 'higher' ? 'maxIncreaseRatio' : 'minRatio'} ${margin.ratio}`
    : `${margin.worse === 'higher' ? 'maxIncrease' : 'maxDecrease'} ${margin.by}`;
/** The other side, and an amount beside a multiple, cannot be compared. */
const tokens: Compare<TokenMargin> = (release, model, field) => {
  const tolerance = (one: TokenMargin): number =>
    'by' in one ? one.by : one.worse === 'higher' ? one.ratio : -one.ratio;
  const both = release.worse === model.worse && 'ratio' in release === 'ratio' in model;
  if (both && tolerance(release) <= tolerance(model)) return [];
  return [
    {
      field,
      release: showTokens(release),
      model: showTokens(model),
      todo: `write ${showTokens(model)}, or less`,
    },
  ];
};
const rate = { ...evidence, margin };
/** Another bound judges another mean. */
const bound = same<ValueBound | null>(boundInDocument);
const timed = { ...rate, bound };
const usage = { ...evidence, margin: tokens, bound };
const min = { ...evidence, min: atLeast<number>() };
const max = { ...evidence, max: atMost<number>() };
const against = same<string>();
const source = {
  ...common,
  intervalMs: atMost<number>(time),
  consecutiveFailures: atMost<number>(),
};

/** The order of each field of each metric's gate. */
const ORDERS: GateOrders = {
  error_rate: rate,
  schema_violations: rate,
  ...(Object.fromEntries(TIME_METRICS.map((metric) => [metric, timed])) as Record<TimeMetric, typeof timed>),
  ...(Object.fromEntries(USAGE_METRICS.map((metric) => [metric, usage])) as Record<
    UsageMetric,
    typeof usage
  >),
  agreement: min,
  rank_correlation: min,
  judge_win_rate: min,
  score_delta: { ...max, bound },
  edit_distance_mean: max,
  embedding_distance_mean: max,
  output_drift: { ...max, against },
  confidence: { ...max, against },
  // See compareIntegrity: these must be the model's own.
  input_drift: { ...evidence, max: same<number>() },
  sample_ratio: evidence,
  feedback: {
    ...evidence,
    feedback: same(),
    model: same(),
    values: same<string>(),
    worse: same<string>(),
    by: atMost<number>(),
    bound,
    over: same<string>(),
    windowMs: atLeast<number>(time),
    // Less of it is a verdict on the quick ones; more of it is harm that is found later.
    maturity: same<number>(),
  },
  prometheus: { ...source, source: same(), query: same(), min: atLeast(), max: atMost() },
  http: {
    ...source,
    url: same(),
    // Policies that were stored before there was one have none.
    source: (release, model, field) => same<string | null>()(release ?? null, model ?? null, field),
  },
};

/** Where a gate's fields have other names in the document. */
const namesOf = (gate: Gate): Readonly<Record<string, string>> => ({
  ...{ coldStart: 'startPeriod', windowMs: 'window', intervalMs: 'interval' },
  margin: 'margin' in gate && 'ratio' in gate.margin ? 'maxIncreaseRatio' : 'maxIncrease',
  bound: 'bound' in gate && gate.bound?.kind === 'winsorize' ? 'winsorize' : 'range',
  by: 'worse' in gate && gate.worse === 'lower' ? 'maxDecrease' : 'maxIncrease',
});

/**
 * Every gate of the model must be among the release's, by its name and metric, at least as strict.
 * Further ones may stand beside them: each can only fail more.
 */
export function compareGates(release: Policy, model: Policy): readonly Looser[] {
  const kept = model.gates.flatMap((gate): readonly Looser[] => {
    const at = release.gates.findIndex((one) => one.name === gate.name);
    const own = release.gates[at];
    if (!own) {
      const model = `${gate.metric} in ${gate.in.join(', ')}`;
      return [
        {
          field: '/gates',
          release: 'no such gate',
          model,
          todo: `add the gate "${gate.name}" as the model's policy has it`,
        },
      ];
    }
    if (own.metric !== gate.metric) return same<string>()(own.metric, gate.metric, `/gates/${at}/metric`);
    const compare = fields(ORDERS[gate.metric] as Orders<Gate>, namesOf(gate));
    return compare(own, gate, `/gates/${at}`);
  });
  return [...kept, ...compareIntegrity(release, model)];
}

/**
 * A gate on the soundness of the evidence stops the rollout for a person, and while it does so harm
 * rolls nothing back. So it is the model's policy alone that says when.
 */
function compareIntegrity(release: Policy, model: Policy): readonly Looser[] {
  return release.gates.flatMap((gate, at): Looser[] => {
    if (!isIntegrityGate(gate) || gate.dryRun) return [];
    const own = model.gates.find((one) => one.name === gate.name && one.metric === gate.metric);
    const isSame =
      own !== undefined &&
      !own.dryRun &&
      own.startPeriod === gate.startPeriod &&
      own.in.length === gate.in.length;
    if (isSame) return [];
    return [
      {
        field: `/gates/${at}`,
        release: `${escape(gate.name)} acts`,
        model: own === undefined || own.dryRun ? 'it does not' : 'it acts otherwise',
        todo:
          own === undefined ? 'write dryRun: true, or leave it out' : "write it as the model's policy has it",
      },
    ];
  });
}
