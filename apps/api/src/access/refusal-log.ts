import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { UNIT_OF_WORK, type UnitOfWork } from '../ports.ts';
import type { WithCaller } from './with-caller.ts';

const FLUSH_MS = 250;
/** Different ones in a flush; more are counted together, so that a flood cannot fill the record. */
const MOST_AT_ONCE = 50;

interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly method: string;
  /** As the api knows it, without what the caller put in. */
  readonly route: string;
  readonly model: string | null;
  readonly address: string;
}

/**
 * Notes every refusal (401, 403, 429) in the installation's record. Equal ones of a quarter of a second are
 * one event with their count; what a process that is killed has not written yet is lost.
 */
@Injectable()
export class RefusalLog implements BeforeApplicationShutdown {
  private waiting = new Map<string, { actor: string; refusal: Refusal; count: number }>();
  private beyond = 0;
  private timer: NodeJS.Timeout | null = null;

  constructor(@Inject(UNIT_OF_WORK) private readonly uow: UnitOfWork) {}

  /** @param reply whose status says whether it is one */
  note(
    request: WithCaller & { problemCode?: string },
    { statusCode }: Pick<FastifyReply, 'statusCode'>,
  ): void {
    if (statusCode !== 401 && statusCode !== 403 && statusCode !== 429) return;
    const model = (request.params as { model?: unknown } | null)?.model;
    const refusal: Refusal = {
      status: statusCode,
      code: request.problemCode ?? '',
      method: request.method,
      route: request.routeOptions.url ?? '',
      model: typeof model === 'string' ? model : null,
      address: request.ip,
    };
    const actor = request.caller?.actor ?? 'nobody';
    const key = JSON.stringify([actor, refusal]);
    const known = this.waiting.get(key);
    if (known) known.count++;
    else if (this.waiting.size < MOST_AT_ONCE) this.waiting.set(key, { actor, refusal, count: 1 });
    else this.beyond++;
    this.timer ??= setTimeout(() => void this.flush(), FLUSH_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.flush();
  }

  private async flush(): Promise<void> {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    const [found, beyond] = [[...this.waiting.values()], this.beyond];
    this.waiting = new Map();
    this.beyond = 0;
    if (found.length === 0) return;
    await this.uow
      .run(async (stores) => {
        for (const { actor, refusal, count } of found)
          await stores.events.appendToInstallation({
            type: 'access.refused',
            actor,
            data: { ...refusal, count },
          });
        if (beyond > 0)
          await stores.events.appendToInstallation({
            type: 'access.refused',
            actor: 'nobody',
            data: { count: beyond, because: 'there were too many different ones at once to note each' },
          });
      })
      // The database is away: so is everything that could be got.
      .catch(() => undefined);
  }
}
