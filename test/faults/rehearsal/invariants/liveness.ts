import { clockTime as time } from './story.ts';
import type { Asked, LiveLook, Story } from './story.ts';

/** A live rollout is looked at this often, whatever was missed; one that was handed to a worker is handed over again after as long. */
const LOOK_EVERY_MS = 5_000;
const HAND_OVER_AGAIN_MS = 5_000;
/** So many callers that a candidate answered leave a trace in its evidence. */
const LEAST_CALLERS = 10;
/** No step asks for more. */
const LEAST_REQUESTS = 60;
/** Of one step; good and bad ones are told apart by a few hundred. */
const BEYOND_DOUBT = 2_000;

/**
 * A rollout that lives after the last fault may collect for as long as its callers are too few for a proof. But somebody looks at it, what
 * its callers see is counted, what is counted is judged, and one that has its proof moves.
 * @returns those of which that does not hold, and why
 */
export function asleep({ looks, asked, calms }: Story, inForceMs: number): string[] {
  const boundMs = inForceMs + LOOK_EVERY_MS + HAND_OVER_AGAIN_MS + (calms.at(-1)?.slackMs ?? 0);
  return [...new Set(looks.map(({ id }) => id))].flatMap((one) => {
    const own = looks.filter(({ id }) => id === one);
    const why = whyAsleep(own, asked, boundMs);
    const last = own.at(-1);
    return why === null || !last ? [] : [`${last.model} version ${last.version} is ${last.state}: ${why}`];
  });
}

function whyAsleep(own: readonly LiveLook[], asked: readonly Asked[], boundMs: number): string | null {
  const spans = (keyOf: (look: LiveLook) => string | null): readonly (readonly LiveLook[])[] =>
    spansOf(own, keyOf).filter((span) => lengthOf(span) > boundMs);
  const running = (keyOf: (look: LiveLook) => string) => (look: LiveLook) =>
    look.state === 'running' ? `${look.revision} ${keyOf(look)}` : null;
  const [still] = spans(({ revision, decidedAt, dueAt }) => `${revision} ${decidedAt} ${dueAt}`);
  if (still) return `nobody has looked at it ${inWords(still)}`;
  const [deaf] = spans(running(({ evidence }) => `${evidence}`)).filter(
    (span) => callersOf(span, asked, boundMs) >= LEAST_CALLERS,
  );
  if (deaf) return `its evidence did not grow with its callers ${inWords(deaf)}`;
  const [unjudged] = spans(running(({ decidedAt }) => `${decidedAt}`)).filter(
    (span) => lengthOf(span.filter(({ evidence }) => evidence > (span[0]?.evidence ?? 0))) > boundMs,
  );
  if (unjudged) return `its evidence grew, and nobody judged it ${inWords(unjudged)}`;
  const [proven] = spans(
    running(({ isProven, requests }) => (isProven && requests >= LEAST_REQUESTS ? 'proven' : 'not')),
  ).filter(([first]) => first?.isProven && first.requests >= LEAST_REQUESTS);
  if (proven) return `it had its proof, and did not move ${inWords(proven)}`;
  const most = Math.max(...own.map(({ requests }) => requests));
  return most > BEYOND_DOUBT ? `${most} requests in one step were no proof` : null;
}

/** Looks that follow each other and have the same key; `null`: of no span. */
function spansOf(
  looks: readonly LiveLook[],
  keyOf: (look: LiveLook) => string | null,
): readonly (readonly LiveLook[])[] {
  const spans: LiveLook[][] = [];
  let before: string | null = null;
  for (const look of looks) {
    const key = keyOf(look);
    if (key !== null && key === before) spans.at(-1)?.push(look);
    else if (key !== null) spans.push([look]);
    before = key;
  }
  return spans;
}

const lengthOf = (span: readonly LiveLook[]): number => (span.at(-1)?.at ?? 0) - (span[0]?.at ?? 0);

/** Those that the candidate answered in it so long before its end that they must be in its evidence. */
function callersOf(span: readonly LiveLook[], asked: readonly Asked[], boundMs: number): number {
  const [first, last] = [span[0], span.at(-1)];
  if (!first || !last) return 0;
  return asked.filter(
    ({ model, version, problem, at, until }) =>
      model === first.model &&
      version === first.version &&
      problem === null &&
      at > first.at &&
      until < last.at - boundMs,
  ).length;
}

const inWords = (span: readonly LiveLook[]): string =>
  `from ${time(span[0]?.at ?? 0)} to ${time(span.at(-1)?.at ?? 0)}`;
