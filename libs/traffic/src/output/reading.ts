import type { BinSpec } from './bins.ts';
import type { TripRule } from '../answers/local-trip.ts';
import type { TokenPrices } from '../generation/prices.ts';

/** What gateways read of requests and answers besides the output spec, for the gates of a rollout. */
export interface Reading {
  /** Input features, binned as the training data were. */
  readonly inputs: readonly { readonly feature: string; readonly path: string; readonly bins: BinSpec }[];
  /** How outputs and confidence are binned; `null`: labels by name, numbers by magnitude. */
  readonly output: BinSpec | null;
  /** Gates that are judged per segment: where its value stands, and how many values there may be. */
  readonly segments: readonly {
    readonly gate: string;
    readonly header: string | null;
    readonly path: string | null;
    /** The class that the primary's answer names; counted where answers are compared. Left out: of the request. */
    readonly output?: 'label';
    readonly most: number;
  }[];
  /** Report which request ids this rollout served, so that feedback can name them. */
  readonly requestIds: boolean;
  /** Read how many tokens answers have, and why they ended. Left out: no. */
  readonly tokens?: boolean;
  /** Measure how far the texts of a shadow's answers are apart. Left out: no. */
  readonly editDistance?: boolean;
  /** Measures of which the sizes of values are kept (`pointsAround`), since a gate bounds them. Left out: of none. */
  readonly points?: readonly string[];
  /** What tokens cost, of the versions on trial; read with `tokens`. Left out: no gate asks. */
  readonly prices?: readonly ({ readonly version: number } & TokenPrices)[];
  /**
   * Read every answer, however many there are: a gate compares counts of the arms, which must stand in the ratio of their traffic. Left
   * out: no.
   */
  readonly everyAnswer?: boolean;
  /** Text pairs of a shadow, picked at random, that a gateway sends in each batch for the pairwise judge. Left out: none. */
  readonly textPairs?: number;
  /** How many disagreements to keep, and what of them nobody may see. */
  readonly samples: { readonly most: number; readonly redact: readonly string[] };
  /** When a gateway stops sending callers by itself; `null`: never. Left out: `DEFAULT_TRIP`. */
  readonly trip?: TripRule | null;
}

/** Confidence is binned alike everywhere: ten equal bins, the top one split where models live. */
export const CONFIDENCE_BINS: BinSpec = {
  kind: 'numbers',
  edges: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999],
};
