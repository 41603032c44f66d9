import type { UnitOfWork } from '#libs/engine';
import type { MemoryState } from './memory-state.ts';

/** The process dies in the middle of a transaction. */
export class Crash extends Error {}

/** What the model-based suite plays on: the stores in memory, or those of a real PostgreSQL. */
export interface ModelDatabase {
  readonly uow: UnitOfWork;
  /** Everything that is committed, as of the last `refresh`. */
  readonly state: MemoryState;
  /** The database's clock, in ms since 1970. */
  readonly nowMs: number;
  /** The process dies at this many-th call of a store from now; `null`: never. */
  crashIn: number | null;
  /** Reads the state anew, where something may have changed it. */
  refresh(): Promise<void>;
  advance(ms: number): Promise<void>;
}

/** Stores of which every call is counted: `onCall` throws at the one that the process dies at. */
export function counted<T extends object>(target: T, onCall: () => void): T {
  return new Proxy(target, {
    get: (from, name) => {
      const value: unknown = Reflect.get(from, name);
      if (typeof value === 'object' && value !== null) return counted(value, onCall);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        onCall();
        return (value as (...a: unknown[]) => unknown)(...args);
      };
    },
  });
}
