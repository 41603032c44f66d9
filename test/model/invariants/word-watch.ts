import { lookAt, requireRollout, type RolloutRecord, whyItWaits } from '#libs/engine';
import { isLive } from '#libs/rollout';
import { Breach } from '../../support/memory/breach.ts';
import type { MemoryState } from '../../support/memory/memory-state.ts';
import type { ModelDatabase } from '../../support/memory/model-database.ts';

/**
 * What an answer says of a rollout is of the rollout as it is in that answer: a look that was taken at this revision of it has said so, or one
 * that is taken now does. Mutant: `word-of-before`.
 */
export class WordWatch {
  /** What looks have said at the present revision, by the rollout. */
  private readonly said = new Map<string, Set<string>>();

  /** One transaction. */
  saw(before: MemoryState, after: MemoryState): void {
    for (const [id, { decision, revision, queued }] of after.rollouts) {
      const old = before.rollouts.get(id);
      if (old?.decision === decision && old?.revision === revision) continue;
      if (old?.revision !== revision) this.said.set(id, new Set());
      // What moves a rollout says what was, but for the date of one that waits.
      if (decision && (old?.revision === revision || queued)) this.said.get(id)?.add(decision.because);
    }
  }

  /** After each command, of each rollout that it has moved. @throws Breach */
  async check(db: ModelDatabase, before: MemoryState): Promise<void> {
    for (const { id, state, revision } of db.state.rollouts.values()) {
      if (!isLive(state) || before.rollouts.get(id)?.revision === revision) continue;
      const [rollout, told, because] = await db.uow.read(async (stores) => {
        const now = await requireRollout(stores, id);
        const looked = await lookAt(stores, now, await stores.evidence.ofRollout(id));
        return [now, await whyItWaits(stores, now), looked.decision.because] as const;
      });
      const { waitingFor } = told;
      const all = [because, ...(this.said.get(id) ?? [])];
      if (!rollout.queued && !all.some((one) => waitingFor?.startsWith(one)))
        throw new Breach(`${name(rollout)} is said to wait for "${waitingFor}", and waits for "${because}"`);
    }
  }
}

const name = ({ model, version, state, stepIndex }: RolloutRecord): string =>
  `${model} ${version}, ${state} at step ${stepIndex},`;
