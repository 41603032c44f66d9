/** One quantity of the training data, as a histogram. */
export type BaselineHistogram = {
  /** Values that were absent. */
  readonly missing: number;
} & (
  | {
      /** Ascending. Bin 0 is below the first edge, bin k at or above the last of k edges. */
      readonly edges: readonly number[];
      /** One more than there are edges. */
      readonly counts: readonly number[];
    }
  | { readonly categories: Readonly<Record<string, number>> }
);

/** The profile of a version's training data: what drift is measured against. */
export interface Baseline {
  /** `path`: where a request carries the feature. */
  readonly features?: Readonly<Record<string, BaselineHistogram & { readonly path: string }>> | undefined;
  /** Labels, or scores. */
  readonly output?: BaselineHistogram | undefined;
  /** The top probability, by the bins of `CONFIDENCE_BINS`. */
  readonly confidence?: BaselineHistogram | undefined;
}
