import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { type EventRecord, type EventsSince, outwardType } from '#libs/engine';
import { LOGGER, type Logger, UNIT_OF_WORK, type UnitOfWork } from '../ports.ts';

const LOOK_MS = 500;
/** An event's time is before its commit: look back as far as a transaction may last, and tell each once. */
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
  private told = new Map<string, number>();
  private timer: NodeJS.Timeout | null = null;
  private since: number | null = null;

  constructor(
    @Inject(UNIT_OF_WORK) private readonly uow: UnitOfWork,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onModuleDestroy(): void {
    if (this.timer) clearTimeout(this.timer);
    this.watchers.clear();
  }

  /** @returns how to stop watching */
  watch(watcher: Watcher): () => void {
    this.watchers.add(watcher);
    this.timer ??= setTimeout(() => void this.look(), 0);
    return () => this.watchers.delete(watcher);
  }

  private async look(): Promise<void> {
    const begins = this.since === null;
    try {
      const found = await this.uow.read(async (stores): Promise<EventsSince> => {
        // Nobody has watched: what was before is not news.
        this.since ??= await stores.now();
        return stores.events.since(this.since - LOOK_BACK_MS);
      });
      for (const { modelId, event } of found.events) {
        const key = `${modelId}/${event.sequence}`;
        if (this.told.has(key)) continue;
        this.told.set(key, event.at);
        if (begins && event.at < (this.since ?? 0)) continue;
        const shown = streamEvent(key, event);
        for (const watcher of this.watchers) watcher(shown);
      }
      this.since = found.now;
      for (const [key, at] of this.told) if (at < found.now - 2 * LOOK_BACK_MS) this.told.delete(key);
    } catch (error) {
      this.logger.warn({ err: error }, 'the database could not be asked for new events');
    }
    this.timer = null;
    if (this.watchers.size > 0) this.timer = setTimeout(() => void this.look(), LOOK_MS);
    else [this.since, this.told] = [null, new Map()];
  }
}

function streamEvent(id: string, { type, model, rolloutId, data, actor, at }: EventRecord): StreamEvent {
  const version = typeof data['version'] === 'number' ? data['version'] : null;
  return {
    ...{ id, type: outwardType(type), model: model || null, rolloutId, version, actor },
    at: new Date(at).toISOString(),
  };
}
