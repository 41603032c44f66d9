import { randomUUID } from 'node:crypto';
import {
  type BatchLists,
  type BatchName,
  countOf,
  EMPTY_LISTS,
  type EvidenceBatch,
  LIST_NAMES,
  splitByBytes,
  splitInHalves,
} from '#libs/gateway-protocol';
import { every, PROCESS } from '../contained/contained.ts';
import { batchToPost, type Posted } from './evidence-post.ts';
import { asOlderApisTakeIt } from './for-older-apis.ts';
import { KeepTimes } from './keep-times.ts';
import type { SenderParts } from './sender-parts.ts';
import { type Waiting, waitingFor } from './waiting-batch.ts';

const FLUSH_MS = 500;
/** The api counts a gateway as gone after 10 s of silence. */
const HEARTBEAT_MS = 2_000;
/** Batches sent in one go; the rest waits for the next one, so that a stop is never far away. */
const MOST_AT_ONCE = 500;
/** Lists of refused entries that one line of the log names. */
const MOST_SHOWN = 5;

/**
 * Posts evidence and acknowledged routes to the api: one batch at a time, in order, the same batch
 * again until it is answered. (gateway, boot, sequence) makes the api count each one once.
 */
export class EvidenceSender {
  private readonly boot = randomUUID();
  private sequence = 0;
  /** In the order in which they are to arrive; the first one may be on its way. */
  private pending: Waiting[];
  private lastSentAt = -Infinity;
  private running: Promise<boolean> | null = null;
  private readonly timer: NodeJS.Timeout;
  private readonly keepTimes = new KeepTimes();
  /** The disk has batches that may have been delivered since. */
  private hasKept: boolean;

  /** @param now a clock that only goes forward, in ms */
  constructor(
    private readonly parts: SenderParts,
    leftOver: readonly EvidenceBatch[],
    private readonly now: () => number = () => performance.now(),
  ) {
    this.hasKept = leftOver.length > 0;
    // What the last run served by is no longer to be said: this one acknowledges its own routes.
    this.pending = leftOver.map(({ gateway, boot, sequence, ...lists }) => ({
      lists: { ...EMPTY_LISTS, ...lists, acknowledged: [] },
      name: { gateway, boot, sequence },
      mayBeCounted: true,
    }));
    this.timer = every(PROCESS, FLUSH_MS, () => void this.flush());
  }

  /** Sends what there is; a call while one is under way waits for that one. */
  flush(): Promise<boolean> {
    this.running ??= this.sendAndSaySo();
    return this.running;
  }

  private async sendAndSaySo(): Promise<boolean> {
    try {
      // Awaited, so that `running` is set before it is taken back.
      const isDelivered = await this.send();
      await this.keep(isDelivered);
      return isDelivered;
    } catch (error) {
      this.parts.logger.error({ err: error }, 'evidence could not be sent; it is kept');
      return false;
    } finally {
      this.running = null;
    }
  }

  /** Delivers what is left, or keeps it on disk for the next start. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    while ((await this.flush()) && this.pending.length > 0);
    await this.flush();
    const left = await this.keepAll();
    for (const { entries } of left) this.parts.collector.lose(entries);
    if (left.length > 0) this.parts.logger.error({ batches: left.length }, 'no room on disk for evidence');
  }

  /** A gateway may be killed: what the api does not take is on disk from time to time, and no longer once it was taken. */
  private async keep(isDelivered: boolean): Promise<void> {
    if (!isDelivered) {
      if (this.keepTimes.failed(this.now())) await this.keepAll();
      return;
    }
    this.keepTimes.delivered();
    if (!this.hasKept || this.pending.length > 0) return;
    this.hasKept = false;
    await this.spooled([]);
  }

  /** @returns the batches for which there was no room on disk, the newest */
  private async keepAll(): Promise<readonly EvidenceBatch[]> {
    const gathered = this.nextBatches().map((one) => waitingFor({ ...one.lists, acknowledged: [] }));
    this.pending.push(...gathered.filter(({ lists }) => countOf(lists) > 0));
    const named = this.pending.map((one) => ({ ...one, name: one.name ?? this.nextName() }));
    this.pending = named;
    this.hasKept = true;
    return this.spooled(named.map(({ lists, name }) => ({ ...name, ...lists })));
  }

  /** @returns what there was no room for: all of it where the disk takes nothing */
  private async spooled(batches: readonly EvidenceBatch[]): Promise<readonly EvidenceBatch[]> {
    try {
      return await this.parts.spool.write(batches);
    } catch (error) {
      this.parts.logger.error({ err: error }, 'the disk takes no evidence');
      return batches;
    }
  }

  /** @returns whether the api took what was sent, or there was nothing to send */
  private async send(): Promise<boolean> {
    for (let sent = 0; sent < MOST_AT_ONCE; sent++) {
      if (this.pending.length === 0) {
        if (sent > 0) return true;
        this.pending.push(...this.nextBatches());
      }
      const [first] = this.pending;
      if (!first) return true;
      if (!(await this.deliver(first))) return false;
      this.lastSentAt = performance.now();
    }
    return true;
  }

  /** @returns `false`: the batch waits until it is sent again */
  private async deliver(waiting: Waiting): Promise<boolean> {
    const named = { ...waiting, name: waiting.name ?? this.nextName() };
    this.pending[0] = named;
    // As they are now: what waited with its batch would be old by the time it arrives.
    const primaries = this.parts.silent.toTell();
    const posted = await this.post({ ...named.name, ...named.lists, primaries });
    if (posted.kind === 'retry') {
      this.pending[0] = { ...named, mayBeCounted: true };
      return false;
    }
    if (posted.kind === 'refused') return this.isolate(named, posted);
    this.pending.shift();
    this.parts.routes.acknowledged(named.lists.acknowledged);
    // Of a repeat nothing is taken: it is said again.
    if (posted.answer.counted) this.parts.silent.told(primaries);
    this.parts.silent.asked(posted.answer.asks);
    this.note(named.lists, posted);
    return true;
  }

  /**
   * The api refuses a batch as a whole: an older one, because of fields that it does not know, or one entry's doing. So it is sent without
   * these; then its halves are, and theirs, until that entry is alone. Where an earlier attempt has had no answer, an empty batch takes the name first: it is
   * told whether that attempt was counted, as by another api than the one that refuses now.
   */
  private async isolate(batch: Waiting & { name: BatchName }, refused: Posted): Promise<boolean> {
    // Those behind it that were never sent get other names: parts of this one come before them, and names arrive in their order.
    this.pending = this.pending.map((one) => (one.mayBeCounted ? one : { ...one, name: null }));
    const name = batch.mayBeCounted ? batch.name : this.nextName();
    const asked = await this.post({ ...name, ...EMPTY_LISTS });
    // Whoever refuses a heartbeat too refuses whatever we say: the batch waits, and nothing is lost.
    if (asked.kind !== 'ok') {
      // The heartbeat may have arrived: from then on the batch's own name is taken, or comes too late.
      if (asked.kind === 'retry' || !batch.mayBeCounted) this.pending[0] = waitingFor(batch.lists);
      return false;
    }
    this.pending.shift();
    if (batch.mayBeCounted && !asked.answer.counted) return true;
    const older = asOlderApisTakeIt(batch.lists);
    const halves = older === null ? splitInHalves(batch.lists) : [older];
    if (halves) this.pending.unshift(...halves.map((lists) => waitingFor(lists)));
    else this.lose(batch.lists, refused);
    return true;
  }

  /** The one entry that the api will never take. */
  private lose(lists: BatchLists, refused: Posted): void {
    const { collector, refusals, logger } = this.parts;
    collector.lose(lists.entries);
    for (const list of LIST_NAMES)
      for (const entry of lists[list]) {
        refusals.add(list, 'with its batch');
        const { rolloutId = null, model = null } = entry as { rolloutId?: string; model?: string };
        logger.error({ list, rolloutId, model, refused }, 'the api refuses an entry, which is lost');
      }
  }

  /** Entries that the api named as not taken. */
  private note(lists: BatchLists, posted: Posted & { kind: 'ok' }): void {
    const { refused, refusedCount } = posted.answer;
    if (refusedCount === 0) return;
    const { collector, refusals, logger } = this.parts;
    for (const { list, index } of refused) {
      refusals.add(list, 'by itself');
      const entry = list === 'entries' && index !== null ? lists.entries[index] : undefined;
      if (entry) collector.lose([entry]);
    }
    for (let unnamed = refused.length; unnamed < refusedCount; unnamed++)
      refusals.add('unknown', 'by itself');
    logger.error(
      { refusedCount, refused: refused.slice(0, MOST_SHOWN) },
      'the api did not take some entries',
    );
  }

  private nextBatches(): Waiting[] {
    const { collector, routes, localTrips, samples, silent } = this.parts;
    const [entries, trips, acknowledged] = [collector.drain(), localTrips.drain(), routes.unacknowledged()];
    const due = performance.now() - this.lastSentAt >= HEARTBEAT_MS || silent.toTell().length > 0;
    if (entries.length + acknowledged.length + trips.length === 0 && !due) return [];
    const served = collector.drainServed();
    const kept = { samples: samples.worst.drain(), textPairs: samples.pairs.drain() };
    const lists = { ...EMPTY_LISTS, acknowledged, entries, trips, served, ...kept };
    const parts = splitByBytes(lists);
    return (parts.length > 0 ? parts : [EMPTY_LISTS]).map(waitingFor);
  }

  private post(batch: EvidenceBatch): Promise<Posted> {
    const { post, lacks, moves, serves, about } = this.parts;
    const abilities = {
      ...(lacks === undefined ? {} : { lacks }),
      ...(moves === undefined ? {} : { moves }),
      ...(serves?.() === false ? ({ serves: false } as const) : {}),
      ...(about === undefined ? {} : { about: about() }),
    };
    return post(batchToPost({ ...batch, ...abilities }));
  }

  private nextName(): BatchName {
    return { gateway: this.parts.gatewayId, boot: this.boot, sequence: ++this.sequence };
  }
}
