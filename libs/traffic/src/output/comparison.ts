import type { NotRead } from '../payload/index.ts';

/** Rows of one batch: those that were compared, and those of them that agreed. */
export interface RowCounts {
  readonly compared: number;
  readonly agreed: number;
}

/** One class, by the primary's answer. In a batch it agrees as a batch of its instances alone would. */
export interface ClassComparison {
  readonly label: string;
  readonly outcome: 'agree' | 'disagree';
  /** Where rows are counted: those of this class. */
  readonly rows?: RowCounts;
}

/** What came of comparing two answers to the same request. */
export interface Comparison {
  /** `incomparable`: the primary's own answer cannot be read, so nothing is said about the shadow. */
  readonly outcome: 'agree' | 'disagree' | 'incomparable';
  /** Why an answer is unreadable (the primary's where it is incomparable), where that decided. */
  readonly unreadable?: NotRead;
  /**
   * Where rows are counted (`countsByRow`): how many of the request's were compared, and agreed. All of the primary's disagree where the shadow
   * failed, cannot be read, or has another number of them: then nothing says which belongs to which.
   */
  readonly rows?: RowCounts;
  /** Rankings: Kendall's tau-b. */
  readonly rankCorrelation?: number;
  /** Texts, where it was asked for: how far they are apart (`editDistance`), 0 to 1, and 1 where the shadow failed or cannot be read; of a batch the mean. */
  readonly editDistance?: number;
  /** Of what the primary names a class: whether the two agree on those of each class, the first ones. */
  readonly classes?: readonly ClassComparison[];
  /** Scores: the absolute difference (of tensors and probabilities the largest, of rankings the mean); of a batch the mean over its rows. */
  readonly scoreDelta?: number;
}
