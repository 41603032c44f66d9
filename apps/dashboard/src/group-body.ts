import { startOf } from './release-body.ts';

/** A member of a release group as it is chosen in the form. */
export interface MemberRow {
  readonly model: string;
  /** A number; empty: none is chosen yet. */
  readonly version: string;
}

export const EMPTY_MEMBER: MemberRow = { model: '', version: '' };

/** Is the model of this row chosen in a row above it? */
export const namedBefore = (rows: readonly MemberRow[], at: number): boolean => {
  const model = rows[at]?.model ?? '';
  return model !== '' && rows.findIndex((row) => row.model === model) < at;
};

/**
 * The body of a release group, as its dialog asks for it.
 * @param local what a `datetime-local` field holds; empty: now
 */
export const groupBody = (rows: readonly MemberRow[], reason: string, local: string) => ({
  members: rows.map(({ model, version }) => ({ model, version: Number(version) })),
  ...{ reason, startAt: startOf(local) },
});
