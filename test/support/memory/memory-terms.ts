import type { ModelStore } from '#libs/engine';
import type { MemoryState } from './memory-state.ts';

/** Stretches of time in which versions were primary, in memory. */
export function memoryTerms(
  s: MemoryState,
  now: () => number,
  digestOf: (modelId: string, version: number) => string | undefined,
): Pick<
  ModelStore,
  'endTerm' | 'beginTerm' | 'proveTerm' | 'refuteTerms' | 'newestTerms' | 'lastGoodTermEnd'
> {
  const ofBytes = (modelId: string, version: number): MemoryState['terms'] => {
    const digest = digestOf(modelId, version);
    const isSame = (of: number): boolean =>
      of === version || (digest !== undefined && digestOf(modelId, of) === digest);
    return s.terms.filter((term) => term.modelId === modelId && isSame(term.version));
  };
  const refute = (modelId: string, version: number, refutedBy: number | null): void => {
    for (const term of ofBytes(modelId, version)) Object.assign(term, { refutedBy });
  };
  const present = (id: string): MemoryState['terms'] =>
    s.terms.filter((term) => term.modelId === id && term.until === null);
  const end = (id: string, good: boolean): void => {
    for (const term of present(id)) Object.assign(term, { until: now(), good });
  };
  return {
    endTerm: async (id, good) => end(id, good),
    beginTerm: async (id, version, { previousWasGood, proven }) => {
      end(id, previousWasGood);
      const refutedBy = ofBytes(id, version).find((term) => term.refutedBy !== null)?.refutedBy ?? null;
      s.terms.push({ modelId: id, version, until: null, good: null, proven, refutedBy });
      if (previousWasGood && proven) refute(id, version, null);
    },
    proveTerm: async (id) => {
      for (const term of present(id)) {
        Object.assign(term, { proven: true });
        refute(id, term.version, null);
      }
    },
    refuteTerms: async (id, version) => refute(id, version, version),
    newestTerms: async (id, versions) =>
      s.terms
        .filter((t, at) => {
          const newest = s.terms.findLastIndex((o) => o.modelId === id && o.version === t.version);
          return t.modelId === id && versions.includes(t.version) && newest === at;
        })
        .map(({ version, proven, refutedBy }) => ({ version, proven, refutedBy }))
        .reverse(),
    lastGoodTermEnd: async (id, version) => {
      const term = s.terms.findLast((t) => t.modelId === id && t.version === version);
      return term?.good === true && term.proven && term.refutedBy === null ? term.until : null;
    },
  };
}
