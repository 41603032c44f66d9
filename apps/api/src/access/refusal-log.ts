import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Counter, type Registry } from '#libs/observe';
import { LOGGER, type Logger, UNIT_OF_WORK, type UnitOfWork } from '../ports.ts';
import { NOBODY, type RefusalEvent, RefusalTally } from './refusal-tally.ts';
import type { WithCaller } from './with-caller.ts';

const FIRST_LOOK_MS = 250;
/** For what has to wait for its turn. */
const NEXT_LOOK_MS = 1_000;

/**
 * Notes every refusal (401, 403, 429) in the installation's record, as many in one event as `RefusalTally` says, and
 * each in the figures. What a process that is killed has not written yet is lost to the record.
 */
@Injectable()
export class RefusalLog {
  private readonly tally = new RefusalTally();
  /** Taken from the tally, and not written yet: nothing more is taken before that has worked. */
  private unwritten: readonly RefusalEvent[] = [];
  private writing: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | null = null;
  private hasEnded = false;
  private readonly counted = new Counter({
    name: 'understudy_api_refusals_total',
    help: 'Requests that were refused with 401, 403 or 429; anonymous: by callers that showed nothing that we know',
    labelNames: ['code', 'caller'],
    registers: [],
  });

  constructor(
    @Inject(UNIT_OF_WORK) private readonly uow: UnitOfWork,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  registerIn(registry: Registry): void {
    registry.registerMetric(this.counted);
  }

  /** @param reply whose status says whether it is one */
  note(
    request: WithCaller & { problemCode?: string },
    { statusCode }: Pick<FastifyReply, 'statusCode'>,
  ): void {
    if (statusCode !== 401 && statusCode !== 403 && statusCode !== 429) return;
    const model = (request.params as { model?: unknown } | null)?.model;
    const code = request.problemCode ?? '';
    const actor = request.caller?.actor ?? NOBODY;
    this.counted.inc({ code, caller: request.caller ? 'known' : 'anonymous' });
    const refusal = {
      ...{ status: statusCode, code, method: request.method, address: request.sender },
      route: request.routeOptions.url ?? '',
      model: typeof model === 'string' ? model : null,
    };
    this.tally.note(actor, refusal, performance.now());
    this.lookIn(FIRST_LOOK_MS);
  }

  /** Writes what is left. Nothing may be noted any more. */
  async end(): Promise<void> {
    this.hasEnded = true;
    if (this.timer) clearTimeout(this.timer);
    await this.writing;
    await this.write(true);
  }

  private lookIn(ms: number): void {
    if (this.hasEnded) return;
    this.timer ??= setTimeout(() => {
      this.writing = this.write(false).then(() => {
        this.timer = null;
        if (this.unwritten.length > 0 || this.tally.waits) this.lookIn(NEXT_LOOK_MS);
      });
    }, ms);
  }

  private async write(all: boolean): Promise<void> {
    if (this.unwritten.length === 0 || all)
      this.unwritten = [...this.unwritten, ...this.tally.take(performance.now(), all)];
    if (this.unwritten.length === 0) return;
    try {
      await this.uow.run(async ({ events }) => {
        for (const { actor, data } of this.unwritten)
          await events.appendToInstallation({ type: 'access.refused', actor, data });
      });
      this.unwritten = [];
    } catch (error) {
      this.logger.warn({ err: error, events: this.unwritten.length }, 'refusals are not on the record yet');
    }
  }
}
