/** Who served one request. */
export interface Served {
  readonly rolloutId: string;
  readonly revision: number;
  readonly arm: 'primary' | 'candidate';
  readonly segments: readonly string[];
  /** The group of units that its unit is in, where that is known. */
  readonly unitGroup?: number | undefined;
}
export interface ServedRequest extends Served {
  readonly requestId: string;
  readonly model: string;
}

/** A request that the two versions of a shadow answered differently. */
export interface SampleRecord {
  readonly rolloutId: string;
  readonly revision: number;
  readonly requestId: string;
  readonly request: string;
  readonly primary: { readonly status: number; readonly body: string };
  readonly candidate: { readonly status: number; readonly body: string };
  readonly rankCorrelation?: number | undefined;
  readonly scoreDelta?: number | undefined;
  /** What is worse is kept. */
  readonly badness: number;
}
