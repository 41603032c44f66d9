import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource, EntityManager } from 'typeorm';
import { DEFAULT_RETENTION, type SecretBox, type Stores, type UnitOfWork } from '#libs/engine';
import { databaseFailure, followedWork, noteOfUnit } from '#libs/postgres';
import { inTransaction } from './statement.ts';
import { CommitUnderWay } from './transaction-fate.ts';
import { NO_TURNS, Turns, type TurnTaker, UnitTurns } from './turns.ts';
import { agendaStore } from '../rollouts/agenda.store.ts';
import { aliasStore } from '../registry/alias.store.ts';
import { callerSegmentStore } from '../evidence/caller-segment.store.ts';
import { artifactUseStore } from '../release/artifact.store.ts';
import { deploymentStore } from '../deployments/deployment.store.ts';
import { fleetStore } from '../deployments/fleet.store.ts';
import { eventStore } from '../audit/event.store.ts';
import { evidenceStore } from '../evidence/evidence.store.ts';
import { type FeedbackKept, feedbackStore } from '../evidence/feedback.store.ts';
import { groupStore } from '../rollouts/group.store.ts';
import { lineageStore } from '../registry/lineage.store.ts';
import { modelStore } from '../registry/model.store.ts';
import { outageStore } from '../routing/outage.store.ts';
import { relationStore } from '../registry/relation.store.ts';
import { rolloutStore } from '../rollouts/rollout.store.ts';
import { routeStore } from '../routing/route.store.ts';
import { sampleStore } from '../evidence/sample.store.ts';
import { sourceStore } from '../evidence/source.store.ts';
import { subscriptionStore } from '../subscriptions/subscription.store.ts';
import { abilityStore } from '../deployments/ability.store.ts';
import { embeddingPairStore } from '../text-pairs/embedding-pair.store.ts';
import { textPairStore } from '../text-pairs/text-pair.store.ts';
import { tokenStore } from '../access/token.store.ts';
import { versionStore } from '../registry/version.store.ts';
import { WakeUps } from '../rollouts/wake-ups.ts';
import { deliveryStore } from '../release/webhook.store.ts';

const MOST_ATTEMPTS = 5;
/**
 * Where something of a request was committed already, what is left of it is tried for so long while the database is away: given up, its answer
 * would be lost.
 */
const AFTER_COMMIT_MS = 10_000;
const AFTER_COMMIT_AGAIN_MS = 250;

/**
 * May work that failed be done again, now? Where PostgreSQL has ended the transaction nothing of it is kept; on a
 * connection that is no more nothing is, unless its commit may have been done. A new connection is tried once.
 */
function mayRepeat(error: unknown, attempt: number, mayBeKept: boolean): boolean {
  switch (databaseFailure(error)) {
    case 'undone':
      return attempt < MOST_ATTEMPTS;
    case 'read-only':
      return attempt === 1;
    case 'away':
      return attempt === 1 && !mayBeKept;
    case 'too-long':
    case 'full':
    case 'busy':
    case null:
      return false;
  }
}

/** How long to wait before work that failed is done again; `null`: it is not. @param since by `performance.now()`: its first attempt */
function pauseBefore(error: unknown, attempt: number, mayBeKept: boolean, since: number): number | null {
  if (mayRepeat(error, attempt, mayBeKept)) return 5 * attempt;
  const isBegun = (followedWork()?.sent ?? 0) > 0;
  const isOutage = ['away', 'read-only'].includes(databaseFailure(error) ?? '');
  const isTime = performance.now() - since < AFTER_COMMIT_MS;
  return isBegun && isOutage && isTime && !mayBeKept ? AFTER_COMMIT_AGAIN_MS : null;
}

const noBox = (): never => {
  throw new Error('this process was given no key for secrets');
};
const NO_BOX: SecretBox = { seal: noBox, open: noBox, isCurrent: noBox };

/** What the stores are given besides a connection. */
interface Given {
  readonly box: SecretBox;
  readonly kept: FeedbackKept;
  readonly turns: TurnTaker;
}

/** Units of work that share a pool share its turns. */
const turnsOf = new WeakMap<DataSource, Turns>();

function turnsFor(dataSource: DataSource): Turns {
  const turns = turnsOf.get(dataSource) ?? new Turns();
  turnsOf.set(dataSource, turns);
  return turns;
}

/** The stores of one transaction. @param wakeUps what it puts on the agenda; the caller writes them */
function storesOf(manager: EntityManager, wakeUps: WakeUps, { box, kept, turns }: Given): Stores {
  return {
    async now() {
      const [row] = await manager.query<{ ms: string }[]>(
        'SELECT extract(epoch FROM clock_timestamp()) * 1000 AS ms',
      );
      return Math.floor(Number(row?.ms));
    },
    async isWritable() {
      const [row] = await manager.query<{ writable: boolean }[]>(
        `SELECT current_setting('transaction_read_only') = 'off' AS writable`,
      );
      return row?.writable ?? false;
    },
    models: modelStore(manager, turns),
    aliases: aliasStore(manager),
    segments: callerSegmentStore(manager),
    versions: versionStore(manager),
    lineage: lineageStore(manager),
    artifacts: artifactUseStore(manager),
    rollouts: rolloutStore(manager),
    groups: groupStore(manager),
    routes: routeStore(manager),
    evidence: evidenceStore(manager),
    feedback: feedbackStore(manager, kept),
    samples: sampleStore(manager),
    abilities: abilityStore(manager),
    fleet: fleetStore(manager),
    textPairs: textPairStore(manager),
    embeddingPairs: embeddingPairStore(manager),
    sources: sourceStore(manager),
    deployments: deploymentStore(manager),
    outages: outageStore(manager),
    relations: relationStore(manager, turns),
    events: eventStore(manager, turns),
    agenda: agendaStore(manager, wakeUps),
    deliveries: deliveryStore(manager, box),
    tokens: tokenStore(manager),
    subscriptions: subscriptionStore(manager, box),
  };
}

/**
 * @param box for work that touches secrets
 * @param kept how long what feedback needs is kept
 */
export function typeOrmUnitOfWork(
  dataSource: DataSource,
  box: SecretBox = NO_BOX,
  kept: FeedbackKept = DEFAULT_RETENTION,
): UnitOfWork {
  const given = { box, kept, turns: NO_TURNS };
  return {
    // For looking only: nobody is woken, and it may be done again.
    async read<T>(work: (stores: Stores) => Promise<T>): Promise<T> {
      const since = performance.now();
      for (let attempt = 1; ; attempt++) {
        try {
          return await work(storesOf(dataSource.manager, new WakeUps(), given));
        } catch (error) {
          noteOfUnit(error);
          const pause = pauseBefore(error, attempt, false, since);
          if (pause === null) throw error;
          await sleep(pause);
        }
      }
    },
    async run<T>(work: (stores: Stores) => Promise<T>): Promise<T> {
      const turns = new UnitTurns(turnsFor(dataSource));
      return runInTurn(work, turns).finally(() => turns.over());
    },
  };

  async function runInTurn<T>(work: (stores: Stores) => Promise<T>, turns: UnitTurns): Promise<T> {
    const since = performance.now();
    for (let attempt = 1; ; attempt++) {
      await turns.come();
      const commit = new CommitUnderWay(dataSource);
      let done: { readonly result: T } | null = null;
      const all = async (manager: EntityManager): Promise<T> => {
        const begun = commit.begin(manager);
        const wakeUps = new WakeUps();
        const result = await work(storesOf(manager, wakeUps, { ...given, turns })).catch(
          async (error: unknown) => {
            await begun; // Where that failed, all that follows did for it, and says so only.
            throw error;
          },
        );
        turns.assertNone();
        await wakeUps.write(manager);
        await begun;
        done = { result };
        return result;
      };
      try {
        return await inTransaction(dataSource.createQueryRunner(), all, () => commit.sent());
      } catch (error) {
        if (turns.awaits) {
          attempt--;
          continue;
        }
        const fate = await commit.fate(error);
        const made = done as { readonly result: T } | null;
        if (fate === 'kept' && made) return made.result;
        if (fate !== 'unknown' || commit.isMarked) noteOfUnit(error);
        const pause = pauseBefore(error, attempt, fate !== 'undone', since);
        if (pause === null) throw error;
        turns.over(); // Meanwhile it is the others' turn.
        await sleep(pause);
      } finally {
        commit.over();
      }
    }
  }
}
