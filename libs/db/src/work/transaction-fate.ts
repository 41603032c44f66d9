import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource, EntityManager } from 'typeorm';
import { DomainError } from '#libs/kernel';
import { databaseFailure, type FollowedWork, followedWork } from '#libs/postgres';
import { ASK_KEPT, claimValues, MARK_KEPT } from '../audit/claim-mark.ts';
import { query } from './statement.ts';

/** `unknown`: nobody answered in time, or who answered cannot know. */
type TransactionFate = 'kept' | 'undone' | 'unknown';

/** Longer than PostgreSQL leaves a transaction open whose client is gone (data-source.ts). */
const ASK_MS = 8_000;
const AGAIN_MS = 100;

/** One transaction, of which it is known afterwards whether it was committed, also where its connection ended meanwhile. */
export class CommitUnderWay {
  /** Whose it is; `null`: nobody follows what becomes of it. */
  private readonly work: FollowedWork | null;
  private readonly nth: number;
  private wasSent = false;

  constructor(private readonly dataSource: DataSource) {
    const work = followedWork();
    // One within another has no word of its own: it would wait for the other one's.
    this.work = work && !work.isOpen ? work : null;
    this.nth = this.work ? ++this.work.begun : 0;
    if (this.work) this.work.isOpen = true;
  }

  /**
   * To be called first, and what it returns awaited last: it is asked together with the first statement.
   * @throws DomainError `idempotency_in_flight` where another attempt has taken over the claim
   */
  begin(manager: EntityManager): Promise<void> {
    const { work } = this;
    if (!work) return Promise.resolve();
    const values = [...claimValues(work.claim), this.nth];
    const marking = query<{ key: string }>(manager, 'claim-kept', MARK_KEPT, values).then((rows) => {
      if (rows.length === 0) throw takenOver();
    });
    marking.catch(() => undefined); // heard at the end
    return marking;
  }

  /** Does a claim tell what became of it? */
  get isMarked(): boolean {
    return this.work !== null;
  }

  sent(): void {
    this.wasSent = true;
    if (this.work) this.work.sent++;
  }

  /** What is kept of it, now that it failed with `error`. */
  async fate(error: unknown): Promise<TransactionFate> {
    if (!this.wasSent) return 'undone';
    const failure = databaseFailure(error);
    if (failure === null || (failure === 'away' && this.work === null)) return 'unknown';
    // Where PostgreSQL has answered by an error there is nothing to ask it.
    const fate = failure === 'away' && this.work !== null ? await this.asked(this.work) : 'undone';
    if (fate === 'undone' && this.work) this.work.sent--;
    return fate;
  }

  /** It has come to its end, whatever that is. */
  over(): void {
    if (this.work) this.work.isOpen = false;
  }

  /** On a new connection where it must. */
  private async asked({ claim }: FollowedWork): Promise<TransactionFate> {
    for (const began = performance.now(); performance.now() - began < ASK_MS; await sleep(AGAIN_MS)) {
      const rows = await this.dataSource
        .query<{ kept: number; alone: boolean }[]>(ASK_KEPT, [...claimValues(claim)])
        .catch(() => null);
      if (rows === null) continue;
      const [row] = rows;
      if (!row || row.kept < this.nth) return 'undone';
      // What waited for a standby may be committed here, and lost with a failover.
      return row.alone ? 'kept' : 'unknown';
    }
    return 'unknown';
  }
}

const takenOver = (): DomainError =>
  new DomainError(
    'conflict',
    'idempotency_in_flight',
    'Another request with this Idempotency-Key has taken this one over, as nothing was heard of it; repeat it in a moment.',
  );
