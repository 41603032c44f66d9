import type { PrimaryWord } from '#libs/gateway-protocol';
import type { Route, RouteTarget } from '#libs/traffic';
import {
  afterMeeting,
  type Met,
  type PrimaryState,
  type PrimaryVerdict,
  verdictOf,
  WELL,
} from './primary-state.ts';
import { identityOf } from './version-health.ts';

/** How often the api is told the same again while a primary is out. It takes what is older than 15 s for no longer said. */
const AGAIN_MS = 5_000;
/** What is asked again and again is answered no more often. */
const ASKED_MS = 2_000;
/** Of one batch; the others come with the next one. */
const MOST_TOLD = 1_000;
/** The longest time and the most failures that the protocol knows. */
const MOST = 1_000_000_000;
const LONGEST_BECAUSE = 300;

interface Known {
  target: RouteTarget;
  identity: string;
  state: PrimaryState;
  /** On the process's clock; `-Infinity`: never. */
  answeredAt: number;
  /** What the api was told last, and when. */
  told: { readonly state: PrimaryWord['state']; readonly at: number } | null;
  /** The api has asked whether it answers, and was told last at `saidAt`. */
  isAsked: boolean;
  saidAt: number;
  /** When it may be knocked at again; `Infinity` while a knock is under way. */
  knockAt: number;
}

/** What came of a knock. `status`: of the answer; `null`: none came. */
export interface Knocked {
  readonly status: number | null;
  readonly because: string;
}

/** A primary of which nothing was heard since a request of it failed. */
export interface Silent {
  readonly model: string;
  readonly target: RouteTarget;
}

/**
 * What this gateway knows of the primaries by its callers: which answer nobody, since when and why. A primary that was not heard
 * since a request failed is asked by the gateway itself (`toKnock`), so that its end, and its return, show without callers.
 */
export class SilentPrimaries {
  private readonly known = new Map<string, Known>();

  /** @param now a clock that only goes forward, in ms */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** A caller has a whole answer of the primary. @param status below 500: a good one */
  answered(route: Route, status: number): void {
    const known = this.of(route);
    if (status >= 500)
      return this.note(known, { kind: 'failed', isHeard: true, because: `it answers ${status}` });
    known.answeredAt = this.now();
    // Nearly all requests of nearly all primaries.
    if (known.state !== WELL) this.note(known, { kind: 'answered' });
  }

  /** The head of an answer has come. */
  heard(route: Route): void {
    const known = this.of(route);
    if (known.state.unanswered !== null) this.note(known, { kind: 'heard' });
  }

  /** A caller has no answer. @param isHeard a part of one had come */
  failed(route: Route, isHeard: boolean, because: string): void {
    this.note(this.of(route), { kind: 'failed', isHeard, because });
  }

  /** Whom to ask now; each is handed out once, until `knocked` is told what came of it. */
  toKnock(most: number): readonly Silent[] {
    const now = this.now();
    const due: Silent[] = [];
    for (const [model, known] of this.known) {
      if (due.length >= most) break;
      if (known.state.unanswered === null || known.knockAt > now) continue;
      known.knockAt = Infinity;
      due.push({ model, target: known.target });
    }
    return due;
  }

  /** @param found what came of it; `null`: nobody can tell. @param againMs when to ask again, if it is still silent */
  knocked({ model, target }: Silent, found: Knocked | null, againMs: number): void {
    const known = this.known.get(model);
    // The same primary may have got a later revision of its route meanwhile.
    if (known === undefined || keyOf(target) !== known.identity) return;
    known.knockAt = this.now() + againMs;
    if (found) this.note(known, { kind: 'knocked', ...found });
  }

  /** Forgets what is no longer served by: primaries that have moved, models that have gone. */
  follow(routes: readonly Route[]): void {
    const primaries = new Map(routes.map(({ model, primary }) => [model, primary]));
    for (const [model, known] of this.known) {
      const primary = primaries.get(model);
      if (primary === undefined || keyOf(primary) !== known.identity) this.known.delete(model);
    }
  }

  /** Every primary that is out, for figures. */
  *out(): IterableIterator<{ readonly model: string; readonly version: number } & PrimaryVerdict> {
    const now = this.now();
    for (const [model, { state, target }] of this.known) {
      const verdict = state === WELL ? null : verdictOf(state, now);
      if (verdict) yield { model, version: target.version, ...verdict };
    }
  }

  /** The api asks whether these answer. */
  asked(models: readonly string[]): void {
    for (const model of models) {
      const known = this.known.get(model);
      if (known) known.isAsked = true;
    }
  }

  /** What is to be said to the api now; nothing of it is taken for said before `told`. */
  toTell(): readonly PrimaryWord[] {
    const now = this.now();
    const words: PrimaryWord[] = [];
    for (const [model, known] of this.known) {
      if (words.length >= MOST_TOLD) break;
      if (known.state === WELL && known.told === null && !known.isAsked) continue;
      const word = wordOf(model, known, now);
      const isAnswer = known.isAsked && now - known.saidAt >= ASKED_MS;
      if (isAnswer || isDue(word, known.told, now)) words.push(word);
    }
    return words;
  }

  /** The api has taken these. */
  told(words: readonly PrimaryWord[]): void {
    for (const { model, version, state } of words) {
      const known = this.known.get(model);
      if (known?.target.version !== version) continue;
      known.isAsked = false;
      known.saidAt = this.now();
      // What is over need not be said again.
      known.told = isOut(state) ? { state, at: this.now() } : null;
    }
  }

  private note(known: Known, met: Distribute<Met>): void {
    const at = this.now();
    known.state = afterMeeting(known.state, { ...met, at });
  }

  private of({ model, primary }: Route): Known {
    let known = this.known.get(model);
    if (known?.target === primary) return known;
    const identity = keyOf(primary);
    if (known?.identity === identity) {
      // The same, in a later revision of the route.
      known.target = primary;
      return known;
    }
    const fresh = { state: WELL, answeredAt: -Infinity, told: null, isAsked: false, saidAt: -Infinity };
    this.known.set(model, (known = { target: primary, identity, ...fresh, knockAt: 0 }));
    return known;
  }
}

type Distribute<T> = T extends unknown ? Omit<T, 'at'> : never;

const keyOf = (target: RouteTarget): string => `${target.version} ${identityOf(target)}`;

const isOut = (state: PrimaryWord['state']): boolean => state === 'unreachable' || state === 'failing';

/** Is it news, or to be said again? @param told what was said last, of a primary that is out; `null`: nothing, or that it is not */
function isDue({ state }: PrimaryWord, told: Known['told'], now: number): boolean {
  if (!isOut(state)) return told !== null;
  return told?.state !== state || now - told.at >= AGAIN_MS;
}

function wordOf(
  model: string,
  { target: { version }, state: met, answeredAt }: Known,
  now: number,
): PrimaryWord {
  const bounded = (ms: number): number => Math.round(Math.min(MOST, Math.max(0, ms)));
  const verdict = verdictOf(met, now);
  if (verdict) {
    const { state, since, failures, because } = verdict;
    const said = { failures: bounded(failures), because: because.slice(0, LONGEST_BECAUSE) };
    return { model, version, state, forMs: bounded(now - since), ...said };
  }
  const hasAnswered = answeredAt > -Infinity;
  return {
    ...{ model, version, state: hasAnswered ? 'answers' : 'unknown' },
    ...{ forMs: hasAnswered ? bounded(now - answeredAt) : 0, failures: 0, because: '' },
  };
}
