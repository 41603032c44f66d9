/** How to read a model's answer, and when two answers agree. Stored with a version, sent with a route. */
export type OutputSpec =
  /** One class: equal or not. */
  | { readonly kind: 'label'; readonly path: string }
  /** One number: equal within `tolerance` (absolute). */
  | { readonly kind: 'score'; readonly path: string; readonly tolerance: number }
  /** A list of scores, one per item: agree when Kendall's tau-b reaches `minCorrelation`. */
  | { readonly kind: 'ranking'; readonly path: string; readonly minCorrelation: number };
