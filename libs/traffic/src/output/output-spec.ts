interface OfNumbers {
  /** How far two numbers may be apart, whatever they are. */
  readonly tolerance: number;
  /** And as a share of the primary's number: the larger of the two counts; left out: 0. */
  readonly relativeTolerance?: number | undefined;
}

/** Of a path with `[*]`: which share of a batch's instances must agree for the request to agree; left out: all. */
interface OfBatches {
  readonly agreeing?: number | undefined;
}

/**
 * How to read a model's answer, and when two answers agree. Stored with a version, sent with a route. Paths are
 * those of `parseOutputPath`; docs/guides/output-specs.md has an example of each kind.
 */
export type OutputSpec = OfBatches &
  (
    | /** One class: equal or not. `confidence`: where its probability stands, when the answer says so. */
      { readonly kind: 'label'; readonly path: string; readonly confidence?: string | undefined }
      /** One number: equal within its tolerance. */
    | ({ readonly kind: 'score'; readonly path: string } & OfNumbers)
    /** A list of scores, one per item: agree when Kendall's tau-b reaches `minCorrelation`. */
    | { readonly kind: 'ranking'; readonly path: string; readonly minCorrelation: number }
    /** Probabilities of the classes, which add up to 1: agree when the most likely class is the same. */
    | { readonly kind: 'probabilities'; readonly path: string }
    /** Numbers in lists (of lists): agree when every one is within its tolerance. */
    | ({ readonly kind: 'tensor'; readonly path: string } & OfNumbers)
    /** Text: agrees when the share of words in common (`textSimilarity`) reaches `similarity`; 1: the same words. */
    | { readonly kind: 'text'; readonly path: string; readonly similarity: number }
  );

export type OutputKind = OutputSpec['kind'];

/** How far a number may be from the primary's to agree with it. */
export const allowedDifference = (primary: number, { tolerance, relativeTolerance = 0 }: OfNumbers): number =>
  Math.max(tolerance, relativeTolerance * Math.abs(primary));
