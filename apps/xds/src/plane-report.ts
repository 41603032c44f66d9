import path from 'node:path';
import { type Config, releaseVersion } from '#libs/config';
import {
  every,
  type EvidenceCollector,
  evidencePost,
  EvidenceSender,
  EvidenceSpool,
  PROCESS,
} from '#libs/data-plane';
import type { Logger } from '#libs/observe';
import { PLANE_FEEDS } from '#libs/traffic';
import type { Envoys } from './envoys.ts';
import { ServedRevisions } from './served-revisions.ts';

const LOOK_MS = 200;
/** One that is started again is the same data plane: the api counts it as gone after 10 s. */
const GONE_MS = 5_000;
const NOTHING = { drain: () => [] };

/** What is told, and by whom. */
export interface ReportParts {
  readonly config: Pick<Config, 'apiUrl' | 'gatewayId' | 'home'>;
  readonly token: string;
  readonly envoys: Pick<Envoys, 'all' | 'served'>;
  readonly evidence: EvidenceCollector;
  /** Envoys that log here, and may have their routes from another xDS server. */
  readonly logs: { readonly count: number };
  readonly refusals: { add(list: string, how: string): void };
  readonly logger: Logger;
}

/**
 * Tells the api by which routes the connected Envoys serve, and what they have logged, as one data plane. While no Envoy is here nothing is told once all
 * evidence is delivered, so that nobody waits for this one.
 */
export class PlaneReport {
  private sender: EvidenceSender | null = null;
  private looking: Promise<void> | null = null;
  private seenAt = -Infinity;
  /** When an Envoy had its routes from here last. */
  private servedAt = -Infinity;
  private readonly timer: NodeJS.Timeout;
  private readonly spool: EvidenceSpool;
  /** The last run, or the last sender, has left evidence on disk. */
  private hasLeft = true;

  /** @param now a clock that only goes forward, in ms */
  constructor(
    private readonly parts: ReportParts,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.spool = new EvidenceSpool(path.join(parts.config.home, 'xds', 'evidence.json'), parts.logger);
    this.timer = every(PROCESS, LOOK_MS, () => {
      this.looking ??= this.look();
    });
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.looking;
    await this.sender?.stop();
    this.sender = null;
  }

  private async look(): Promise<void> {
    try {
      // Awaited, so that `looking` is set before it is taken back.
      await Promise.resolve();
      if (this.sender === null) await this.begin();
      else if (!this.isAnybodyHere()) await this.end(this.sender);
    } catch (error) {
      this.parts.logger.error({ err: error }, 'the report to the api could not be made; it is tried again');
    } finally {
      this.looking = null;
    }
  }

  private isAnybodyHere(): boolean {
    const { envoys, logs } = this.parts;
    if (envoys.all().length > 0) this.servedAt = this.now();
    if (envoys.all().length + logs.count > 0) this.seenAt = this.now();
    return this.now() - this.seenAt < GONE_MS;
  }

  /** An Envoy that only logs here has its routes from another xDS server, which acknowledges them. */
  private serves(): boolean {
    return this.isAnybodyHere() && this.now() - this.servedAt < GONE_MS;
  }

  private async begin(): Promise<void> {
    if (!this.isAnybodyHere() && !this.hasLeft) return;
    const leftOver = await this.spool.read();
    this.hasLeft = false;
    if (leftOver.length > 0 || this.isAnybodyHere()) this.sender = this.senderOf(leftOver);
  }

  /** What is not delivered goes on being sent: an Envoy that is gone has logged it. */
  private async end(sender: EvidenceSender): Promise<void> {
    if (!(await sender.flush())) return;
    await sender.stop();
    this.sender = null;
    this.hasLeft = true;
  }

  private senderOf(leftOver: Awaited<ReturnType<EvidenceSpool['read']>>): EvidenceSender {
    const { config, token, envoys, evidence, refusals, logger } = this.parts;
    return new EvidenceSender(
      {
        gatewayId: config.gatewayId,
        post: evidencePost({ apiUrl: config.apiUrl, token }, logger),
        collector: evidence,
        samples: { worst: NOTHING, pairs: NOTHING },
        routes: new ServedRevisions(() => envoys.served()),
        localTrips: NOTHING,
        silent: { toTell: () => [], told: () => undefined, asked: () => undefined },
        logger,
        spool: this.spool,
        refusals,
        lacks: PLANE_FEEDS,
        serves: () => this.serves(),
        about: () => ({ kind: 'envoy', version: releaseVersion(), proxies: envoys.all().length }),
      },
      leftOver,
    );
  }
}
