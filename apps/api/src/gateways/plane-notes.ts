import { Inject, Injectable } from '@nestjs/common';
import { ABILITIES_EVERY_MS } from '#libs/engine';
import type { ReadBatch } from '#libs/gateway-protocol';
import { LOGGER, type Logger, PLANE_ABOUTS, type PlaneAbouts } from '../ports.ts';

/** Boots whose last note is kept in mind; of more, all are noted again sooner than they need be. */
const MOST_KNOWN = 10_000;

/** Notes what data planes say of themselves, each every 10 s. Nobody decides by it, and nothing fails by it. */
@Injectable()
export class PlaneNotes {
  /** When each boot was noted last, on this process's clock. */
  private readonly notedAt = new Map<string, number>();

  constructor(
    @Inject(PLANE_ABOUTS) private readonly abouts: PlaneAbouts,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** A data plane has spoken, and its batch is counted. */
  async heard({ name, about }: Pick<ReadBatch, 'name' | 'about'>): Promise<void> {
    if (about === null) return;
    const [key, now] = [`${name.gateway} ${name.boot}`, performance.now()];
    if (now - (this.notedAt.get(key) ?? -Infinity) < ABILITIES_EVERY_MS) return;
    if (this.notedAt.size >= MOST_KNOWN) this.notedAt.clear();
    this.notedAt.set(key, now);
    try {
      await this.abouts.note(name, about);
    } catch (error) {
      this.logger.debug({ err: error, gateway: name.gateway }, 'what it says of itself was not noted');
    }
  }
}
