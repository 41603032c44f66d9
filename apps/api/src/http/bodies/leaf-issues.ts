/** A mistake that a schema found; of a union, with those of each alternative. */
export interface SchemaIssue {
  readonly code?: string | undefined;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
  readonly message: string;
  readonly errors?: readonly (readonly SchemaIssue[])[];
  /** Of a key of a record: what is wrong with it. */
  readonly issues?: readonly SchemaIssue[];
}

export interface LeafIssue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/**
 * The mistakes that somebody can mend. What fits no alternative of a union has those of the alternative that it comes
 * closest to: of the right type, with the fewest mistakes.
 */
export function leafIssues(
  issues: readonly SchemaIssue[],
  at: readonly PropertyKey[] = [],
): readonly LeafIssue[] {
  return issues.flatMap((issue): readonly LeafIssue[] => {
    const path = [...at, ...(issue.path ?? []).map((part) => (typeof part === 'object' ? part.key : part))];
    if (issue.code === 'invalid_key' && issue.issues?.length)
      return issue.issues.map(({ message }) => ({ path, message }));
    const closest = issue.code === 'invalid_union' ? closestOf(issue.errors ?? []) : null;
    return closest === null ? [{ path, message: issue.message }] : leafIssues(closest, path);
  });
}

function closestOf(alternatives: readonly (readonly SchemaIssue[])[]): readonly SchemaIssue[] | null {
  const ofTheType = alternatives.filter((issues) => issues.length > 0 && !issues.some(isOfAnotherType));
  return ofTheType.reduce<readonly SchemaIssue[] | null>(
    (best, issues) => (best === null || issues.length < best.length ? issues : best),
    null,
  );
}

const isOfAnotherType = ({ path = [], code }: SchemaIssue): boolean =>
  path.length === 0 && (code === 'invalid_type' || code === 'invalid_value');
