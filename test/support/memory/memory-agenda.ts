import { LONGEST_AGENDA_MS, type RolloutRecord, type Stores } from '#libs/engine';
import type { MemoryState } from './memory-state.ts';

/** When each live rollout is due, in memory. */
export function agendaOf(s: MemoryState, now: () => number): Stores['agenda'] {
  const ask = (id: string, dueAt: number): void => {
    const known = s.agenda.get(id) ?? { dueAt: Infinity, notBefore: 0, asked: 0 };
    s.agenda.set(id, { ...known, dueAt: Math.min(known.dueAt, dueAt), asked: known.asked + 1 });
  };
  const live = (): RolloutRecord[] => [...s.rollouts.values()].filter((r) => r.endedAt === null);
  return {
    wake: async (id) => ask(id, now()),
    wakeForEvidence: async (ids) => {
      for (const id of ids) ask(id, Math.max(now(), s.agenda.get(id)?.notBefore ?? 0));
    },
    wakeWaiting: async (models) => {
      for (const rollout of live())
        if (models.includes(rollout.model) && !rollout.queued && rollout.stepStartedAt === null)
          ask(rollout.id, now());
    },
    claim: async (most, claimMs) => {
      const due = [...s.agenda]
        .filter(([, entry]) => entry.dueAt <= now())
        .sort(([, a], [, b]) => a.dueAt - b.dueAt)
        .slice(0, most);
      for (const [id, entry] of due) s.agenda.set(id, { ...entry, dueAt: now() + claimMs });
      return due.map(([rolloutId, { asked }]) => ({ rolloutId, asked }));
    },
    settle: async (looks) => {
      for (const { rolloutId, asked, dueInMs, paceMs } of looks) {
        const known = s.agenda.get(rolloutId);
        if (!known) continue;
        const dueAt = known.asked === asked ? now() + dueInMs : known.dueAt;
        s.agenda.set(rolloutId, { ...known, dueAt, notBefore: now() + paceMs });
      }
    },
    tidy: async () => {
      for (const [id, { dueAt, notBefore, asked }] of s.agenda) {
        const brought = (at: number): number => (at > now() + LONGEST_AGENDA_MS ? now() : at);
        s.agenda.set(id, { asked, dueAt: brought(dueAt), notBefore: brought(notBefore) });
      }
      for (const { id } of live()) if (!s.agenda.has(id)) ask(id, now());
      for (const id of s.agenda.keys()) if (s.rollouts.get(id)?.endedAt !== null) s.agenda.delete(id);
      return s.agenda.size;
    },
  };
}
