/** A rollout of another model that feeds this one, or is fed by it. */
export interface RelatedRollout {
  readonly model: string;
  readonly version: number;
  readonly relation: 'upstream' | 'downstream';
  /** Whoever registered the edge between the two may touch the model that is consumed. */
  readonly acknowledged: boolean;
}

/** Which models feed which. */
export interface RelationStore {
  /** Models whose primary names this one among its upstreams. */
  downstreams(model: string): Promise<readonly string[]>;
  /**
   * Rollouts under way (past `pending`) of models that this version consumes, or that consume its model; those of its
   * own group are none of them.
   */
  underWay(
    of: { readonly model: string; readonly version: number; readonly groupId: string | null },
    upstreams: readonly string[],
  ): Promise<readonly RelatedRollout[]>;
  /**
   * From here to the end of the transaction nobody else starts a rollout of a model that this version or its model's primary consumes,
   * or that consumes its model. Once in a transaction.
   */
  exclude(of: { readonly modelId: string; readonly version: number }): Promise<void>;
  /** The same for all models: for who starts several together, or changes what comes before what. */
  excludeAll(): Promise<void>;
}
