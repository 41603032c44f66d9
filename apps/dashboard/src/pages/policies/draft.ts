import { base } from '../../base.ts';

/** What somebody has written and not saved. */
export interface Draft {
  readonly text: string;
  /** The policy that it began from. */
  readonly began: string;
  readonly at: number;
}

const keyOf = (model: string): string => `understudy-policy${base}/${model}`;

/** Of each model, in this browser, until it is saved or thrown away: a reload, another page or a crash takes nothing of it. */
export const drafts = {
  read(model: string): Draft | null {
    try {
      const kept = JSON.parse(localStorage.getItem(keyOf(model)) ?? 'null') as Draft | null;
      return typeof kept?.text === 'string' && typeof kept.began === 'string' ? kept : null;
    } catch {
      return null;
    }
  },
  write(model: string, draft: Draft): void {
    try {
      localStorage.setItem(keyOf(model), JSON.stringify(draft));
    } catch {
      // A browser that keeps nothing still shows what is written.
    }
  },
  drop(model: string): void {
    try {
      localStorage.removeItem(keyOf(model));
    } catch {
      // As above.
    }
  },
};
