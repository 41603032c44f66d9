/** How there is more than what was loaded. */
export interface More {
  readonly hasNextPage: boolean;
  readonly fetchNextPage: () => unknown;
}

export function ShowMore({ of }: { of: More }) {
  if (!of.hasNextPage) return null;
  return (
    <button type="button" className="plain" onClick={() => void of.fetchNextPage()}>
      Show more
    </button>
  );
}
