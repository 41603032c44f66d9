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
      /** One number: equal within `tolerance` (absolute). */
    | { readonly kind: 'score'; readonly path: string; readonly tolerance: number }
    /** A list of scores, one per item: agree when Kendall's tau-b reaches `minCorrelation`. */
    | { readonly kind: 'ranking'; readonly path: string; readonly minCorrelation: number }
    /** Probabilities of the classes, which add up to 1: agree when the most likely class is the same. */
    | { readonly kind: 'probabilities'; readonly path: string }
    /** Numbers in lists (of lists): agree when every one is within `tolerance` (absolute). */
    | { readonly kind: 'tensor'; readonly path: string; readonly tolerance: number }
    /** Text: agrees when the share of words in common (`textSimilarity`) reaches `similarity`; 1: the same words. */
    | { readonly kind: 'text'; readonly path: string; readonly similarity: number }
  );

export type OutputKind = OutputSpec['kind'];
