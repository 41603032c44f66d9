import {
  type GatePoint,
  gateNamed,
  gatePoints,
  gateTitleWords,
  type GateUnit,
  keyOf,
  looksOf,
  type StepSpan,
  stepSpans,
  stateWords,
  toneOf,
  trafficWords,
  unitOf,
  type VerdictShown,
  type VerdictWord,
  verdictWords,
} from '#libs/rollout-view';

type Rollout = Parameters<typeof trafficWords>[0] & {
  readonly model: string;
  readonly state: string;
  readonly policy: unknown;
  readonly verdicts: readonly VerdictShown[];
  readonly decision: { readonly at: string | null } | null;
  readonly createdAt: string | null;
  readonly endedAt: string | null;
};
type Event = Parameters<typeof looksOf>[0][number] & { readonly type: string };

/** A gate as it is shown to whoever has the link. */
export interface SharedGate {
  readonly title: string;
  readonly verdict: VerdictWord;
  readonly words: string;
  readonly seen: string;
  /** Where it lies, by the interval; `null`: not known. */
  readonly between: string | null;
  readonly allowed: string;
  readonly unit: GateUnit;
  readonly points: readonly GatePoint[];
}

/**
 * What a link shows: nothing of requests, answers, servers or people. So it holds no sentence that anybody or anything has written, as reasons name
 * people, addresses and what metric sources say: only states, steps, names that operators have given, and figures.
 */
export interface SharedRollout {
  /** `<model> version <n>` */
  readonly title: string;
  readonly state: string;
  readonly tone: ReturnType<typeof toneOf>;
  readonly serves: string;
  readonly because: string;
  readonly isLive: boolean;
  /** In ms since 1970: when it was created, and when it ended or was looked at. */
  readonly time: readonly [from: number, to: number];
  readonly spans: readonly StepSpan[];
  /** The worst is first. */
  readonly gates: readonly SharedGate[];
}

const WORST_FIRST: readonly VerdictWord[] = ['fail', 'undecided', 'pass', 'no_data'];

/**
 * Pure: a rollout for people who have no login.
 * @param events in the order in which they happened
 * @param now in ms since 1970
 */
export function sharedRollout(rollout: Rollout, events: readonly Event[], now: number): SharedRollout {
  const { model, version, state, policy, verdicts, endedAt } = rollout;
  const created = Date.parse(rollout.createdAt ?? '');
  const to = endedAt === null ? now : Date.parse(endedAt);
  const looks = [
    ...looksOf(events),
    { at: Math.min(to, Date.parse(rollout.decision?.at ?? '') || to), verdicts },
  ];
  const points = gatePoints(looks);
  const segments = [...new Set(verdicts.flatMap(({ segment }) => segment ?? []))];
  const gates = verdicts
    .map((verdict): SharedGate => {
      const gate = gateNamed(policy, verdict.gate);
      const unit = unitOf(gate, verdict.gate);
      const key = keyOf(verdict);
      const title = gateTitleWords(gate, verdict.gate);
      const known = points.get(key) ?? [];
      const { estimate = null, lower = null, upper = null, margin = null } = known.at(-1) ?? {};
      return {
        title: verdict.segment === null ? title : `${title} (${segmentWords(verdict.segment, segments)})`,
        verdict: verdict.verdict,
        words: verdictWords[verdict.verdict],
        seen: unit.say(estimate),
        between: lower === null && upper === null ? null : `${unit.say(lower)} and ${unit.say(upper)}`,
        allowed: unit.say(margin),
        unit,
        points: known,
      };
    })
    .toSorted((a, b) => WORST_FIRST.indexOf(a.verdict) - WORST_FIRST.indexOf(b.verdict));
  // What was before the first verdict says nothing that a chart could show.
  const judged = Math.min(...[...points.values()].map(([point]) => point?.at ?? Infinity));
  const first = Number.isFinite(judged) ? judged : created || to;
  return {
    title: `${model} version ${version}`,
    state: stateWords(state),
    tone: toneOf(state),
    serves: trafficWords(rollout),
    because: becauseOf(state, gates),
    isLive: endedAt === null,
    time: [first, Math.max(to, first + 1_000)],
    spans: stepSpans(policy, events, endedAt),
    gates,
  };
}

/** Segments that operators have named are told by their names; those that are values of requests (`<header>=<value>`) are numbered. */
const segmentWords = (segment: string, all: readonly string[]): string =>
  segment.includes('=') ? `segment ${all.indexOf(segment) + 1}` : segment;

const SAID: Readonly<Record<string, string>> = {
  pending: 'It has not started yet.',
  awaiting_approval: 'It waits until people approve.',
  paused: 'It is paused: nothing advances until somebody resumes it.',
  aborted: 'Somebody has taken it off.',
  superseded: 'A newer version has taken its place.',
};

/** Why it stands where it stands, by its state and its gates alone. */
function becauseOf(state: string, gates: readonly SharedGate[]): string {
  const of = (verdict: VerdictWord): readonly SharedGate[] =>
    gates.filter((gate) => gate.verdict === verdict);
  const worse = of('fail').map(({ title, seen, allowed }) => `${title}: seen ${seen}, allowed ${allowed}`);
  const unsure = of('undecided').map(({ title }) => title);
  const judged =
    worse.length > 0
      ? `Worse than allowed: ${worse.join('; ')}.`
      : unsure.length > 0
        ? `Not sure yet: ${unsure.join(', ')}.`
        : of('pass').length > 0
          ? 'Every gate that was judged is within its margin.'
          : 'No gate has been judged yet.';
  const said = SAID[state];
  return said === undefined ? judged : `${said} ${judged}`;
}
