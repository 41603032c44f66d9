import type { Logger } from '#libs/observe';
import { every, PROCESS, whenSettled } from '../contained/contained.ts';
import type { KnownRoutes, RouteFile } from './route-file.ts';

/** How long what the disk did not take is left alone. */
const AGAIN_MS = 1_000;

/**
 * Keeps the routes on disk as they are: what the disk does not take (it is full) is written again until it is. Else a
 * gateway that is started without an api would serve by older routes, a version that was rolled back among them.
 */
export class KeptRoutes {
  /** The disk has other routes than these, or may have. */
  private isBehind = false;
  private isWriting = false;
  private readonly timer: NodeJS.Timeout;

  /** @param current what is to be kept, when it is written */
  constructor(
    private readonly file: Pick<RouteFile, 'write'>,
    private readonly current: () => KnownRoutes,
    private readonly logger: Logger,
    againMs: number = AGAIN_MS,
  ) {
    this.timer = every(PROCESS, againMs, () => {
      if (this.isBehind && !this.isWriting) this.write();
    });
  }

  /** They have changed. */
  changed(): void {
    this.isBehind = true;
    if (!this.isWriting) this.write();
  }

  /** Writes them once more; never rejects. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    try {
      await this.file.write(this.current());
    } catch (error) {
      this.failed(error);
    }
  }

  private write(): void {
    this.isBehind = false;
    this.isWriting = true;
    whenSettled(
      PROCESS,
      this.file.write(this.current()),
      () => {
        this.isWriting = false;
        if (this.isBehind) this.write();
      },
      (error) => {
        this.isWriting = false;
        this.isBehind = true;
        this.failed(error);
      },
    );
  }

  private failed(error: unknown): void {
    this.logger.error(
      { err: error },
      'routes could not be kept on disk: started again without the api, this gateway would serve by older ones. It is tried again; make room, or see to the rights of the data folder',
    );
  }
}
