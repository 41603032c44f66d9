import type { EvidenceTrace, RolloutRecord, UnitOfWork } from '#libs/engine';
import type { Decision } from '#libs/rollout';
import {
  nowMs,
  readSpanName,
  type SpanAttributes,
  type SpanLink,
  type Tracing,
  UNDERSTUDY,
} from '#libs/tracing';

/** Of one decision; policies have fewer gates. */
const MOST_VERDICTS = 32;

/**
 * Has a look at a rollout, and writes down what it has decided as a span of its own. The span links to recorded requests that the decision
 * rests on: evidence is a sum, so a decision has many traces behind it and is in none of them.
 */
export async function traceDecision<T extends Decision>(
  tracing: Tracing,
  uow: UnitOfWork,
  rolloutId: string,
  look: () => Promise<T | null>,
): Promise<T | null> {
  const at = nowMs();
  // Before the look: all of these are counted in what it sees.
  const [before, traces] = await uow.read(async (stores) => [
    await stores.rollouts.find(rolloutId),
    await stores.evidence.traces(rolloutId),
  ]);
  const start = (): ReturnType<Tracing['start']> =>
    tracing.start({
      ...{ name: 'evaluate rollout', kind: 'internal', parent: null, at },
      links: linksTo(traces),
    });
  let decision: T | null;
  try {
    decision = await look();
  } catch (error) {
    const span = start();
    span.set({ [UNDERSTUDY.rolloutId]: rolloutId });
    span.fail(error instanceof Error ? error.name : 'unknown', String(error));
    span.end();
    throw error;
  }
  if (decision === null) return null;
  const span = start();
  if (span.context.isSampled) {
    const after = await uow.read((stores) => stores.rollouts.find(rolloutId)).catch(() => null);
    span.set({
      ...{ [UNDERSTUDY.rolloutId]: rolloutId, [UNDERSTUDY.decision]: decision.kind },
      [UNDERSTUDY.because]: decision.because,
      [UNDERSTUDY.verdicts]: decision.verdicts
        .slice(0, MOST_VERDICTS)
        .map(({ gate, segment, verdict, because }) =>
          [segment ? `${gate} (${segment})` : gate, verdict, because].join(': '),
        ),
      ...attributesOf(before, after),
    });
  }
  span.end();
  return decision;
}

const linksTo = (traces: readonly EvidenceTrace[]): SpanLink[] =>
  traces.flatMap(({ arm, name }) => {
    const context = readSpanName(name);
    return context === null ? [] : [{ context, attributes: { [UNDERSTUDY.arm]: arm } }];
  });

function attributesOf(before: RolloutRecord | null, after: RolloutRecord | null): SpanAttributes {
  return {
    ...(before === null
      ? {}
      : {
          ...{ [UNDERSTUDY.model]: before.model, [UNDERSTUDY.version]: before.version },
          ...{ [UNDERSTUDY.stateBefore]: before.state, [UNDERSTUDY.stepBefore]: before.stepIndex },
        }),
    ...(after === null
      ? {}
      : { [UNDERSTUDY.stateAfter]: after.state, [UNDERSTUDY.stepAfter]: after.stepIndex }),
  };
}
