import { randomUUID } from 'node:crypto';
import type { Logger } from '#libs/observe';
import { every, PROCESS } from './contained.ts';
import type { EvidenceBatch } from './evidence-batch.ts';
import type { EvidenceCollector } from './evidence-collector.ts';
import type { EvidenceSpool } from './evidence-spool.ts';
import type { LocalTrips } from './local-trips.ts';
import type { RouteTable } from './route-table.ts';
import type { SampleKeeper } from './sample-keeper.ts';

const FLUSH_MS = 500;
/** The api counts a gateway as gone after 10 s of silence. */
const HEARTBEAT_MS = 2_000;
const SEND_MS = 5_000;

/**
 * Posts evidence and acknowledged routes to the api: one batch at a time, in order, the same batch
 * again until it is answered. (gateway, boot, sequence) makes the api count each one once.
 */
export class EvidenceSender {
  private readonly boot = randomUUID();
  private sequence = 0;
  /** In the order in which they are to arrive; the first one may be on its way. */
  private readonly pending: EvidenceBatch[];
  private lastSentAt = -Infinity;
  private running: Promise<boolean> | null = null;
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly to: { readonly apiUrl: string; readonly token: string; readonly gatewayId: string },
    private readonly collector: EvidenceCollector,
    private readonly samples: SampleKeeper,
    private readonly routes: RouteTable,
    private readonly localTrips: LocalTrips,
    private readonly logger: Logger,
    private readonly spool: EvidenceSpool,
    leftOver: readonly EvidenceBatch[],
  ) {
    this.pending = [...leftOver];
    this.timer = every(PROCESS, FLUSH_MS, () => void this.flush());
  }

  /** Sends what there is; a call while one is under way waits for that one. */
  flush(): Promise<boolean> {
    this.running ??= this.send().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  /** Delivers what is left, or keeps it on disk for the next start. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    while ((await this.flush()) && this.pending.length > 0);
    await this.flush();
    const last = this.nextBatch();
    if (last && last.entries.length + last.trips.length > 0) this.pending.push(last);
    await this.spool.write(this.pending);
  }

  /** @returns whether the api took what was sent, or there was nothing to send */
  private async send(): Promise<boolean> {
    const batch = this.pending[0] ?? this.nextBatch();
    if (!batch) return true;
    if (this.pending.length === 0) this.pending.push(batch);
    const answer = await this.post(batch);
    if (answer === 'retry') return false;
    this.pending.shift();
    if (answer === 'refused') this.collector.lose(batch.entries);
    this.lastSentAt = performance.now();
    if (answer === 'ok') this.routes.acknowledged(batch.acknowledged);
    return answer === 'ok';
  }

  private nextBatch(): EvidenceBatch | null {
    const entries = this.collector.drain();
    const acknowledged = this.routes.unacknowledged();
    const due = performance.now() - this.lastSentAt >= HEARTBEAT_MS;
    const trips = this.localTrips.drain();
    if (entries.length + acknowledged.length + trips.length === 0 && !due) return null;
    const { gatewayId: gateway } = this.to;
    const served = this.collector.drainServed();
    const samples = this.samples.drain();
    const { boot } = this;
    return { gateway, boot, sequence: ++this.sequence, acknowledged, entries, served, samples, trips };
  }

  /** `refused`: the api will never take this batch, so it is let go of, and said aloud. */
  private async post(batch: EvidenceBatch): Promise<'ok' | 'retry' | 'refused'> {
    try {
      const response = await fetch(`${this.to.apiUrl}/api/v1/gateway/evidence`, {
        method: 'POST',
        headers: { authorization: `Bearer ${this.to.token}`, 'content-type': 'application/json' },
        body: JSON.stringify(batch),
        signal: AbortSignal.timeout(SEND_MS),
      });
      const text = await response.text();
      if (response.ok) return 'ok';
      const lasting = response.status === 400 || response.status === 413 || response.status === 422;
      this.logger.error(
        { status: response.status, answer: text.slice(0, 500) },
        lasting ? 'evidence was refused and is lost' : 'evidence was not taken; it is kept',
      );
      return lasting ? 'refused' : 'retry';
    } catch {
      return 'retry'; // the api is away; the collector goes on adding up
    }
  }
}
