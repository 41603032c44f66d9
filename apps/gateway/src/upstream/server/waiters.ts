import { FairShare, type Share } from '#libs/data-plane';
import type { Pending } from '../connection/pending.ts';
import { WaitingLine } from './waiting-line.ts';

/**
 * At most half of the connections to a model server carry bodies that are still coming in: whoever uploads slowly keeps
 * nobody from it whose request is there, and no model's uploads another's.
 */
const SHARE_OF_FLOWS = 0.5;

/** Requests that wait for a connection to a model server: those whose bodies are there, and those whose bodies still come in. */
export class Waiters {
  private readonly whole: WaitingLine<Pending>;
  private readonly flows: WaitingLine<Pending>;
  /** Places for bodies that are still coming in. */
  private readonly places: FairShare;
  private readonly placed = new Map<Pending, Share>();
  private flowsTurn = false;

  /**
   * @param limits connections that there are, and how many may wait of each kind
   * @param hasItsOwn has a model all connections that it always gets?
   */
  constructor(
    limits: { readonly waiting: number; readonly connections: number },
    private readonly hasItsOwn: (model: string) => boolean,
  ) {
    this.whole = new WaitingLine(limits.waiting);
    this.flows = new WaitingLine(limits.waiting);
    this.places = new FairShare(Math.max(1, Math.floor(limits.connections * SHARE_OF_FLOWS)));
  }

  get isEmpty(): boolean {
    return this.whole.isEmpty && this.flows.isEmpty;
  }

  get hasFlows(): boolean {
    return !this.flows.isEmpty;
  }

  /** @returns whether there was room for it */
  push(pending: Pending): boolean {
    return (pending.isFlow ? this.flows : this.whole).push(pending.model, pending);
  }

  /** Takes a place for a body that is still coming in. @returns whether there was one */
  place(pending: Pending): boolean {
    const share = this.places.shareOf(pending.model);
    if (!this.places.take(1, share)) return false;
    this.placed.set(pending, share);
    return true;
  }

  /** @returns whether it had a place, which is free now */
  giveBack(pending: Pending): boolean {
    const share = this.placed.get(pending);
    if (!share) return false;
    this.placed.delete(pending);
    this.places.give(1, share);
    return true;
  }

  /**
   * First of a model that has less than its own. Bodies that are whole and bodies that come in take turns.
   * @param anybody is there a connection for others, too?
   */
  next(anybody: boolean): Pending | undefined {
    if (this.isEmpty) return undefined;
    this.flowsTurn = !this.flowsTurn;
    return this.nextOf((model) => !this.hasItsOwn(model)) ?? (anybody ? this.nextOf(() => true) : undefined);
  }

  /** With a place taken. */
  nextFlow(may: (model: string) => boolean = () => true): Pending | undefined {
    for (;;) {
      const next = this.flows.shift(
        (model) => may(model) && this.places.hasRoom(1, this.places.shareOf(model)),
      );
      if (next === undefined) return undefined;
      if (!next.isOver && this.place(next)) return next;
    }
  }

  *takeOut(which: (one: Pending) => boolean): Generator<Pending> {
    for (const line of [this.whole, this.flows]) yield* line.takeOut(which);
  }

  private nextOf(may: (model: string) => boolean): Pending | undefined {
    return this.flowsTurn
      ? (this.nextFlow(may) ?? this.nextWhole(may))
      : (this.nextWhole(may) ?? this.nextFlow(may));
  }

  private nextWhole(may: (model: string) => boolean): Pending | undefined {
    for (;;) {
      const next = this.whole.shift(may);
      if (!next?.isOver) return next;
    }
  }
}
