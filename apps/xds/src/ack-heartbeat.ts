import path from 'node:path';
import type { Config } from '#libs/config';
import {
  every,
  EvidenceCollector,
  evidencePost,
  EvidenceSender,
  EvidenceSpool,
  PROCESS,
} from '#libs/data-plane';
import type { Logger } from '#libs/observe';
import type { Envoys } from './envoys.ts';
import { ServedRevisions } from './served-revisions.ts';

const LOOK_MS = 200;
const NOTHING = { drain: () => [] };

/**
 * Tells the api by which routes the connected Envoys serve, as one data plane; as long as none is connected, nothing is told, so that nobody waits
 * for this one.
 */
export class AckHeartbeat {
  private sender: EvidenceSender | null = null;
  private readonly timer: NodeJS.Timeout;
  readonly evidence = new EvidenceCollector();

  constructor(
    private readonly config: Config,
    private readonly token: string,
    private readonly envoys: Envoys,
    private readonly logger: Logger,
  ) {
    this.timer = every(PROCESS, LOOK_MS, () => this.look());
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.sender?.stop();
  }

  private look(): void {
    const isAnybodyThere = this.envoys.all().length > 0;
    if (isAnybodyThere && this.sender === null) this.sender = this.start();
    if (isAnybodyThere || this.sender === null) return;
    void this.sender.stop();
    this.sender = null;
  }

  private start(): EvidenceSender {
    const { apiUrl, gatewayId, home } = this.config;
    return new EvidenceSender(
      {
        gatewayId,
        post: evidencePost({ apiUrl, token: this.token }, this.logger),
        collector: this.evidence,
        samples: { worst: NOTHING, pairs: NOTHING },
        routes: new ServedRevisions(() => this.envoys.served()),
        localTrips: NOTHING,
        silent: { toTell: () => [], told: () => undefined, asked: () => undefined },
        logger: this.logger,
        spool: new EvidenceSpool(path.join(home, 'xds', 'evidence.json'), this.logger),
        refusals: { add: () => undefined },
      },
      [],
    );
  }
}
