import { storableText } from '#libs/kernel';

/** A request that was refused, as the api knows it: only `model` is the caller's own text. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly method: string;
  /** The route's template, without what the caller put in. */
  readonly route: string;
  readonly address: string;
  readonly model: string | null;
}

/** One event of the record: refusals of one kind, or what there were too many different ones of. */
export interface RefusalEvent {
  readonly actor: string;
  readonly data: Readonly<Record<string, unknown>> & { readonly count: number };
}

/** How much of the record an actor's refusals may take. */
export interface Allowance {
  /** Between the first two events of a kind. After n of them it is n² as long, a minute at most. */
  readonly gapMs: number;
  /** Events in any minute; one of them is for what does not fit. */
  readonly perMinute: number;
  /** Different models that an event names. */
  readonly names: number;
}

/** Whoever shows nothing that we know, all together. A name that they make up is not kept for good. */
export const OF_NOBODY: Allowance = { gapMs: 60_000, perMinute: 10, names: 0 };
/** Each caller that we know. */
export const OF_A_CALLER: Allowance = { gapMs: 250, perMinute: 30, names: 5 };
export const NOBODY = 'nobody';

const MINUTE_MS = 60_000;
/** Different kinds of one actor that are held at a time. */
const MOST_KINDS = 50;
const LONGEST_NAME = 256;

interface Kind {
  readonly refusal: Refusal;
  readonly names: Set<string>;
  /** Not told yet. */
  count: number;
  /** How often it was told, and when for the last time. */
  told: number;
  toldAt: number;
}

/**
 * Adds up refusals, and says what of them goes on the record when. Each is in the count of exactly one event.
 * Times are milliseconds of any clock that does not go back.
 */
export class RefusalTally {
  private readonly actors = new Map<string, OfActor>();

  note(actor: string, refusal: Refusal, now: number): void {
    let of = this.actors.get(actor);
    if (!of) this.actors.set(actor, (of = new OfActor(actor === NOBODY ? OF_NOBODY : OF_A_CALLER)));
    of.note(refusal, now);
  }

  /** @returns what is to be told now; with `all`, everything, in one event more than the allowance at most */
  take(now: number, all = false): RefusalEvent[] {
    const events: RefusalEvent[] = [];
    for (const [actor, of] of this.actors) {
      events.push(...of.take(now, all).map((data) => ({ actor, data })));
      if (of.isForgotten(now)) this.actors.delete(actor);
    }
    return events;
  }

  /** Is there anything that was not told? */
  get waits(): boolean {
    return [...this.actors.values()].some((of) => of.waits);
  }
}

class OfActor {
  private readonly kinds = new Map<string, Kind>();
  private toldAt: number[] = [];
  /** What had no room, and when that was told. */
  private beyond = 0;
  private beyondAt = -Infinity;

  constructor(private readonly allowance: Allowance) {}

  get waits(): boolean {
    return this.beyond > 0 || [...this.kinds.values()].some(({ count }) => count > 0);
  }

  isForgotten(now: number): boolean {
    return !this.waits && this.kinds.size === 0 && now - this.beyondAt >= MINUTE_MS;
  }

  note({ model, ...of }: Refusal, now: number): void {
    const key = JSON.stringify(of);
    let kind = this.kinds.get(key);
    if (!kind) {
      if (this.kinds.size >= MOST_KINDS) return void this.beyond++;
      kind = { refusal: { ...of, model: null }, names: new Set(), count: 0, told: 0, toldAt: now };
      this.kinds.set(key, kind);
    }
    kind.count++;
    if (model !== null && kind.names.size < this.allowance.names)
      kind.names.add(storableText(model, LONGEST_NAME));
  }

  take(now: number, all: boolean): RefusalEvent['data'][] {
    this.toldAt = this.toldAt.filter((at) => now - at < MINUTE_MS);
    const events: RefusalEvent['data'][] = [];
    for (const [key, kind] of this.kinds) {
      if (kind.count === 0) {
        if (now - kind.toldAt >= MINUTE_MS) this.kinds.delete(key);
      } else if (this.toldAt.length >= this.allowance.perMinute - 1) {
        this.beyond += kind.count;
        this.kinds.delete(key);
      } else if (all || now - kind.toldAt >= gapOf(kind, this.allowance)) {
        events.push(told(kind, now));
        this.toldAt.push(now);
      }
    }
    if (this.beyond > 0 && (all || now - this.beyondAt >= MINUTE_MS)) {
      events.push({ count: this.beyond, because: 'there were too many different ones at once to note each' });
      [this.beyond, this.beyondAt] = [0, now];
    }
    return events;
  }
}

const gapOf = ({ told }: Kind, { gapMs }: Allowance): number => Math.min(MINUTE_MS, gapMs * told * told);

/** Begins to count anew. */
function told(kind: Kind, now: number): RefusalEvent['data'] {
  const names = [...kind.names];
  const data = {
    ...kind.refusal,
    model: names.length === 1 ? (names[0] ?? null) : null,
    ...(names.length > 1 ? { models: names } : {}),
    count: kind.count,
  };
  [kind.count, kind.toldAt] = [0, now];
  kind.told++;
  kind.names.clear();
  return data;
}
