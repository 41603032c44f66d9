import { Inject, Injectable } from '@nestjs/common';
import { ingestEvidence, type Ingested, takeTrip, type Teller } from '#libs/engine';
import {
  type BatchAnswer,
  type ListName,
  MOST_ASKED,
  MOST_NAMED,
  PROTOCOL_VERSION,
  readBatch,
  type ReadBatch,
  type Refusal,
  type Trip,
  whose,
} from '#libs/gateway-protocol';
import { DomainError } from '#libs/kernel';
import type { Logger } from '#libs/observe';
import { toProblem } from '../http/problems/problem.ts';
import { LOGGER, UNIT_OF_WORK, type UnitOfWork } from '../ports.ts';
import { EvidenceMetrics } from './evidence-metrics.ts';
import { PlaneAbilities } from './plane-abilities.ts';
import { PlaneNotes } from './plane-notes.ts';

/** Refused entries that one line of the log names. */
const MOST_LOGGED = 5;

const ASKED_FOR_MS = 1_000;

/** Takes the batches of data planes, entry by entry: one that is wrong is counted and named, and costs no other. */
@Injectable()
export class BatchReader {
  private askedAt = -Infinity;
  private asks: Promise<readonly string[]> = Promise.resolve([]);

  constructor(
    @Inject(UNIT_OF_WORK) private readonly uow: UnitOfWork,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly metrics: EvidenceMetrics,
    private readonly planes: PlaneAbilities,
    private readonly notes: PlaneNotes,
  ) {}

  /**
   * @param body the parsed JSON of a batch
   * @param clock what its sender's clock shows now (by `CLOCK_HEADER`)
   * @throws DomainError `request_invalid` where the batch's own name is wrong; what says that the database is away
   */
  async take(body: unknown, clock?: () => number): Promise<BatchAnswer> {
    const batch = readBatch(body);
    if ('mistakes' in batch)
      throw new DomainError(
        'invalid',
        'request_invalid',
        'The batch has no name that it could be counted by; see errors.',
        batch.mistakes,
      );
    const refused = [...batch.refused];
    // First, and each by itself: a repeat of the batch may find some done already.
    for (const [i, trip] of batch.lists.trips.entries()) {
      const reason = await this.trip(batch.name, trip);
      if (reason !== null) refused.push(refusalOf(batch, 'trips', i, reason));
    }
    const { counted, refused: unstored } = await ingestEvidence(this.uow, {
      ...{ ...batch.name, ...batch.lists, serves: batch.serves, clock },
    });
    refused.push(...unstoredOf(batch, unstored));
    await this.planes.heard(batch.lacks, batch.moves);
    await this.notes.heard(batch);
    this.report(batch.name.gateway, refused);
    return {
      protocol: PROTOCOL_VERSION,
      counted,
      refusedCount: refused.length,
      refused: refused.slice(0, MOST_NAMED),
      asks: await this.inQuestion(),
    };
  }

  /** Models of which every gateway is asked whether their primary answers. The same for all gateways, so looked up once a second. */
  private inQuestion(): Promise<readonly string[]> {
    const now = performance.now();
    if (now - this.askedAt > ASKED_FOR_MS) {
      this.askedAt = now;
      this.asks = this.uow.read((stores) => stores.outages.inQuestion(MOST_ASKED));
      this.asks.catch(() => (this.askedAt = -Infinity));
    }
    return this.asks;
  }

  /** @returns why it was not taken; `null`: it was, or there was nothing left to roll back */
  private async trip(teller: Teller, trip: Trip): Promise<string | null> {
    try {
      await takeTrip(this.uow, teller, trip);
      return null;
    } catch (error) {
      const { status, detail } = toProblem(error);
      if (status === 503) throw error; // the whole batch is sent again
      if (status >= 500) this.logger.error({ err: error, trip }, 'a trip could not be taken');
      return detail;
    }
  }

  private report(gateway: string, refused: readonly Refusal[]): void {
    if (refused.length === 0) return;
    for (const { list } of refused) this.metrics.count(list);
    this.logger.warn(
      { gateway, refusedCount: refused.length, refused: refused.slice(0, MOST_LOGGED) },
      'some entries of a batch were not taken',
    );
  }
}

const LISTS = ['entries', 'served', 'samples', 'textPairs'] as const;

function unstoredOf(batch: ReadBatch, unstored: Ingested['refused']): Refusal[] {
  return LISTS.flatMap((list) => {
    const places = new Map<unknown, number>(batch.lists[list].map((entry, i) => [entry, i]));
    return unstored[list].map(({ entry, reason }) => {
      const at = places.get(entry) ?? batch.lists[list].findIndex((one) => isOf(one, entry));
      return refusalOf(batch, list, at, reason);
    });
  });
}

/** Entries of one arm are added up before they are stored, so what is refused may stand for several. */
const isOf = (one: object, entry: object): boolean =>
  (['rolloutId', 'revision', 'arm'] as const).every(
    (key) => (one as Record<string, unknown>)[key] === (entry as Record<string, unknown>)[key],
  );

/** @param at place among those that could be read; -1: it has none */
function refusalOf(batch: ReadBatch, list: ListName, at: number, reason: string): Refusal {
  const index = batch.places[list][at] ?? null;
  const pointer = index === null ? `/${list}` : `/${list}/${index}`;
  return { list, index, ...whose(batch.lists[list][at]), pointer, reason };
}
