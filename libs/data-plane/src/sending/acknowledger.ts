import type { Logger } from '#libs/observe';
import { PLANE_FEEDS } from '#libs/traffic';
import { every, PROCESS } from '../contained/contained.ts';
import { EvidenceCollector } from '../evidence/evidence-collector.ts';
import { evidencePost } from './evidence-post.ts';
import { EvidenceSender } from './evidence-sender.ts';
import { EvidenceSpool } from './evidence-spool.ts';

const LOOK_MS = 200;
const NOTHING = { drain: () => [] };

/**
 * Tells the api by which routes is served, where others do it and send no evidence. As long as nothing is known of that, nothing is told: nobody
 * waits for this data plane then, and where it is the only one the clocks of steps stand still.
 */
export class Acknowledger {
  private sender: EvidenceSender | null = null;
  private ending: Promise<void> = Promise.resolve();
  private readonly told = new Map<string, number>();
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly as: {
      readonly apiUrl: string;
      readonly token: string;
      readonly gatewayId: string;
      readonly spool: string;
      readonly version: string | null;
    },
    private readonly of: {
      /** Is anything known of what is served by? */
      isKnown(): boolean;
      /** Revisions by model. */
      served(): ReadonlyMap<string, number>;
    },
    private readonly logger: Logger,
  ) {
    this.timer = every(PROCESS, LOOK_MS, () => this.look());
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.ending;
    await this.sender?.stop();
  }

  private look(): void {
    const isKnown = this.of.isKnown();
    if (isKnown && this.sender === null) this.sender = this.start();
    if (isKnown || this.sender === null) return;
    this.ending = this.sender.stop();
    this.sender = null;
    // What was served by then may not be any more: it is said again.
    this.told.clear();
  }

  private unacknowledged(): { model: string; revision: number }[] {
    return [...this.of.served()]
      .filter(([model, revision]) => (this.told.get(model) ?? 0) < revision)
      .map(([model, revision]) => ({ model, revision }));
  }

  private acknowledged(list: readonly { model: string; revision: number }[]): void {
    for (const { model, revision } of list)
      this.told.set(model, Math.max(this.told.get(model) ?? 0, revision));
  }

  private start(): EvidenceSender {
    return new EvidenceSender(
      {
        gatewayId: this.as.gatewayId,
        post: evidencePost(this.as, this.logger),
        collector: new EvidenceCollector(),
        samples: { worst: NOTHING, pairs: NOTHING },
        routes: {
          unacknowledged: () => this.unacknowledged(),
          acknowledged: (list) => this.acknowledged(list),
        },
        localTrips: NOTHING,
        silent: { toTell: () => [], told: () => undefined, asked: () => undefined },
        logger: this.logger,
        spool: new EvidenceSpool(this.as.spool, this.logger),
        refusals: { add: () => undefined },
        // It moves callers, and counts nothing.
        ...{ lacks: PLANE_FEEDS, moves: true },
        about: () => ({ kind: 'kubernetes', version: this.as.version }),
      },
      [],
    );
  }
}
