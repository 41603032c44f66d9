import type { GroupRecord, GroupStore } from '#libs/engine';
import type { MemoryState } from './memory-state.ts';

/** Release groups in memory. */
export function memoryGroups(s: MemoryState, now: () => number): GroupStore {
  const withMembers = (group: Omit<GroupRecord, 'members'>): GroupRecord => ({
    ...group,
    members: [...s.rollouts.values()]
      .filter(({ groupId }) => groupId === group.id)
      .sort((a, b) => (a.model < b.model ? -1 : 1)),
  });
  return {
    insert: async (group) => void s.groups.set(group.id, { ...group, createdAt: now() }),
    find: async (id) => {
      const found = s.groups.get(id);
      return found ? withMembers(found) : null;
    },
    list: async () => ({ items: [...s.groups.values()].map(withMembers), nextPageToken: null }),
  };
}
