/** Failures one after the other. Times on the process's clock, in ms. */
interface Failures {
  readonly since: number;
  readonly lastAt: number;
  readonly count: number;
  /** What the last one was, in words. */
  readonly because: string;
}

/** What a primary has done since it last answered a caller well. */
export interface PrimaryState {
  /** Requests and knocks since the last byte of an answer, whatever it said. */
  readonly unanswered: Failures | null;
  /** Callers' requests since the last good answer: an error is an answer, and none that a caller can use. */
  readonly failed: Failures | null;
}

/** Nothing speaks against it. */
export const WELL: PrimaryState = { unanswered: null, failed: null };

/** What happened at a primary. `at`: on the process's clock, in ms. */
export type Met = { readonly at: number } & (
  | /** A caller has got a whole answer below 500. */ { readonly kind: 'answered' }
  | /** The server has said something: the head of any answer. */ { readonly kind: 'heard' }
  | /** A caller got an error: of the server where `isHeard`, or nothing at all. */ {
      readonly kind: 'failed';
      readonly isHeard: boolean;
      readonly because: string;
    }
  | /** The gateway has asked by itself; `status` of the answer, `null`: none came. */ {
      readonly kind: 'knocked';
      readonly status: number | null;
      readonly because: string;
    }
);

/** How a primary is out, as one gateway sees it. */
export interface PrimaryVerdict {
  readonly state: 'unreachable' | 'failing';
  readonly since: number;
  readonly failures: number;
  readonly because: string;
}

/** A blip is no outage: so many failures in a row, over so long. Errors may be one caller's doing, so there must be more. */
const UNREACHABLE = { failures: 3, overMs: 5_000 } as const;
const FAILING = { failures: 10, overMs: 10_000 } as const;
/** Nobody has failed for so long: nothing is known any more. */
const FORGOTTEN_MS = 60_000;

/** What becomes of the state. Pure. */
export function afterMeeting(state: PrimaryState, met: Met): PrimaryState {
  switch (met.kind) {
    case 'answered':
      return WELL;
    case 'heard':
      return state.unanswered === null ? state : { ...state, unanswered: null };
    case 'failed':
      return {
        unanswered: met.isHeard ? null : add(state.unanswered, met),
        failed: add(state.failed, met),
      };
    case 'knocked':
      if (met.status === null) return { ...state, unanswered: add(state.unanswered, met) };
      // It is back. What callers met before was that nobody was there, and says nothing of who is there now.
      if (met.status < 500 && isUnreachable(state.unanswered)) return WELL;
      return { ...state, unanswered: null };
  }
}

/** Is the primary out, as far as this gateway can tell? `null`: no. Pure. */
export function verdictOf({ unanswered, failed }: PrimaryState, now: number): PrimaryVerdict | null {
  const isFresh = (one: Failures | null): boolean => one !== null && now - one.lastAt <= FORGOTTEN_MS;
  if (isUnreachable(unanswered) && isFresh(unanswered)) return verdict('unreachable', unanswered);
  if (isOver(failed, FAILING) && isFresh(failed)) return verdict('failing', failed);
  return null;
}

const isUnreachable = (unanswered: Failures | null): unanswered is Failures =>
  isOver(unanswered, UNREACHABLE);

const isOver = (
  one: Failures | null,
  least: { readonly failures: number; readonly overMs: number },
): one is Failures => one !== null && one.count >= least.failures && one.lastAt - one.since >= least.overMs;

const verdict = (state: PrimaryVerdict['state'], { since, count, because }: Failures): PrimaryVerdict => ({
  state,
  since,
  failures: count,
  because,
});

/** Failures that lie far apart are none of one row: nobody knows what was between them. */
function add(before: Failures | null, { at, because }: { at: number; because: string }): Failures {
  return before === null || at - before.lastAt > FORGOTTEN_MS
    ? { since: at, lastAt: at, count: 1, because }
    : { since: before.since, lastAt: at, count: before.count + 1, because };
}
