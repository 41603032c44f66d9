import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { type EventRecord, outwardType } from '#libs/engine';
import { LOGGER, type Logger, UNIT_OF_WORK, type UnitOfWork } from '../ports.ts';

const LOOK_MS = 500;
/** An event's time is before its commit: look back as far as a transaction may last. */
const LOOK_BACK_MS = 6_000;

/** What happened, for whoever watches. */
export interface StreamEvent {
  /** `<model id>/<sequence>`: names the event. */
  readonly id: string;
  readonly type: string;
  readonly model: string | null;
  readonly rolloutId: string | null;
  readonly version: number | null;
  readonly actor: string;
  readonly at: string;
}

type Watcher = (event: StreamEvent) => void;

/** Looks for new events while anybody watches, whichever process has written them. */
@Injectable()
export class EventFeed implements OnModuleDestroy {
  private readonly watchers = new Set<Watcher>();
  /** How far each model's record, and the installation's, was told: by its own order, since the clock may be set back. */
  private told: Map<string, number> | null = null;
  private timer: NodeJS.Timeout | null = null;
  private since: number | null = null;
  /** The first look; `null`: nobody watches. */
  private begun: Promise<void> | null = null;

  constructor(
    @Inject(UNIT_OF_WORK) private readonly uow: UnitOfWork,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onModuleDestroy(): void {
    if (this.timer) clearTimeout(this.timer);
    this.watchers.clear();
  }

  /**
   * Begins to tell of events. Once it has resolved, whatever is committed is told, and whatever is not told can be read.
   * @returns how to stop watching
   * @throws what the database says, where it cannot be asked
   */
  async watch(watcher: Watcher): Promise<() => void> {
    this.watchers.add(watcher);
    try {
      await (this.begun ??= this.begin());
    } catch (error) {
      this.watchers.delete(watcher);
      throw error;
    }
    return () => this.watchers.delete(watcher);
  }

  /** Nobody has watched: what was before is not news. */
  private async begin(): Promise<void> {
    try {
      await this.look(() => undefined);
    } catch (error) {
      this.begun = null;
      throw error;
    }
    this.timer = setTimeout(() => void this.lookAgain(), LOOK_MS);
  }

  private async lookAgain(): Promise<void> {
    try {
      await this.look((event) => {
        for (const watcher of this.watchers) watcher(event);
      });
    } catch (error) {
      this.logger.warn({ err: error }, 'the database could not be asked for new events');
    }
    this.timer = null;
    if (this.watchers.size > 0) this.timer = setTimeout(() => void this.lookAgain(), LOOK_MS);
    else [this.since, this.told, this.begun] = [null, null, null];
  }

  /** @param tell each event that was not there at the look before */
  private async look(tell: Watcher): Promise<void> {
    const { told, found } = await this.uow.read(async (stores) => ({
      told: this.told ?? new Map((await stores.events.heads(null)).map((end) => [end.modelId, end.sequence])),
      found: await stores.events.since((this.since ?? (await stores.now())) - LOOK_BACK_MS),
    }));
    // All of them before the ends are moved: by time, a later one of a record may come first.
    const news = found.events.filter(({ modelId, event }) => event.sequence > (told.get(modelId) ?? 0));
    for (const { modelId, event } of news)
      told.set(modelId, Math.max(event.sequence, told.get(modelId) ?? 0));
    this.told = told;
    this.since = found.now;
    for (const { modelId, event } of news) tell(streamEvent(`${modelId}/${event.sequence}`, event));
  }
}

function streamEvent(id: string, { type, model, rolloutId, data, actor, at }: EventRecord): StreamEvent {
  const version = typeof data['version'] === 'number' ? data['version'] : null;
  return {
    ...{ id, type: outwardType(type), model: model || null, rolloutId, version, actor },
    at: new Date(at).toISOString(),
  };
}
