/** One condition of a search; all of them must hold. */
export interface Condition {
  readonly on: { readonly attribute: string } | { readonly tag: string };
  readonly comparator: '=' | '!=' | '>' | '>=' | '<' | '<=' | 'LIKE' | 'ILIKE' | 'IN' | 'NOT IN';
  readonly value: string | number | readonly string[];
  /** What has no such tag meets the condition too. */
  readonly orMissing?: true;
}

/** A search over models or versions, whose attributes the caller has checked. */
export interface RegistrySearch {
  readonly where: readonly Condition[];
  /** Of these models only: names, or prefixes that end with `*`; `null` or left out: of all. */
  readonly models?: readonly string[] | null;
  /** Of models: those whose primary answers nobody, or not everybody. */
  readonly primaryOut?: boolean;
  /** No two items may be equal in all of these. */
  readonly orderBy: readonly { readonly attribute: string; readonly descending: boolean }[];
  readonly limit: number;
  /** So many are passed over first; for MLflow's pages. */
  readonly offset?: number;
  /** The cursor of the last item before this page, in the same order. */
  readonly after?: readonly string[];
}

export interface Found<T> {
  readonly items: readonly T[];
  /** There are more behind these. */
  readonly more: boolean;
  /** What the last item is ordered by: where the next page starts. */
  readonly cursor: readonly string[] | null;
}
