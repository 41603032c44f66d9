/** Revisions that all Envoys serve by, and which of them the api has been told. */
export class ServedRevisions {
  private readonly told = new Map<string, number>();

  constructor(private readonly served: () => ReadonlyMap<string, number>) {}

  unacknowledged(): { model: string; revision: number }[] {
    return [...this.served()]
      .filter(([model, revision]) => (this.told.get(model) ?? 0) < revision)
      .map(([model, revision]) => ({ model, revision }));
  }

  acknowledged(list: readonly { model: string; revision: number }[]): void {
    for (const { model, revision } of list)
      this.told.set(model, Math.max(this.told.get(model) ?? 0, revision));
  }
}
