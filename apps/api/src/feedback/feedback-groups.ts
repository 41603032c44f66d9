import { databaseFailure } from '#libs/postgres';
import type { Feedback, FeedbackReport } from '#libs/engine';

/** Items that one transaction takes, unless a single request brings more. */
const MOST_ITEMS = 1_000;

type Batch = readonly Feedback[];
type Take = (batches: readonly Batch[]) => Promise<readonly FeedbackReport[]>;

interface Waiting {
  readonly batch: Batch;
  readonly done: (report: FeedbackReport) => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Feedback that comes while a transaction of this process takes some waits for the next one, which takes all of it. Every item of a
 * rollout's arm adds to the same row, so that a transaction for each request would wait for the one before it.
 */
export class FeedbackGroups {
  private waiting: Waiting[] = [];
  private isTaking = false;

  constructor(private readonly takeTogether: Take) {}

  take(batch: Batch): Promise<FeedbackReport> {
    return new Promise((done, failed) => {
      this.waiting.push({ batch, done, failed });
      if (!this.isTaking) void this.takeAll();
    });
  }

  private async takeAll(): Promise<void> {
    this.isTaking = true;
    while (this.waiting.length > 0) await this.takeGroup(this.nextGroup());
    this.isTaking = false;
  }

  private nextGroup(): readonly Waiting[] {
    let items = 0;
    const after = this.waiting.findIndex(({ batch }, i) => (items += batch.length) > MOST_ITEMS && i > 0);
    return this.waiting.splice(0, after === -1 ? this.waiting.length : after);
  }

  private async takeGroup(group: readonly Waiting[]): Promise<void> {
    try {
      const reports = await this.takeTogether(group.map(({ batch }) => batch));
      for (const [i, { done, failed }] of group.entries()) {
        const report = reports[i];
        if (report) done(report);
        else failed(new Error('feedback was taken and has no report'));
      }
    } catch (error) {
      // What one caller sends costs no other one its feedback: each by itself. Nothing of the group was kept. A database that
      // is away is so for all of them.
      const isTheirs = databaseFailure(error) === null && group.length > 1;
      if (isTheirs) for (const one of group) await this.takeGroup([one]);
      else for (const one of group) one.failed(error);
    }
  }
}
