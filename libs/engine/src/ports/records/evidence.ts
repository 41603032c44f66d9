import type { PrimaryWord } from '../../outages/records.ts';
import type { Instant } from '#libs/kernel';
import type { Tally } from '#libs/stats';
import type { Arm } from '#libs/traffic';
import type { SampleRecord, ServedRequest } from '../feedback-records.ts';
import type { TextPairRecord } from '../../pairwise-judge/records.ts';

/** What a gateway counted for one arm under one route revision since its last batch. */
export interface EvidenceEntry {
  readonly rolloutId: string;
  readonly revision: number;
  readonly arm: Arm;
  /** `<gate>=<value>`; left out: everybody. */
  readonly segment?: string | undefined;
  /** Recorded spans of a few of these requests (`<trace id>-<span id>`); of a segment none. */
  readonly traces?: readonly string[] | undefined;
  readonly tally: Tally;
}

/** A recorded request that was counted for an arm. */
export interface EvidenceTrace {
  readonly arm: Arm;
  /** `<trace id>-<span id>` */
  readonly name: string;
}

/** An entry that the others of its batch were taken without, and why. */
export interface Refused<T> {
  readonly entry: T;
  readonly reason: string;
}

/** A gateway has stopped sending callers to a candidate for a while, because it failed where the primary answered. */
export interface TripRecord {
  readonly model: string;
  readonly rolloutId: string;
  readonly version: number;
  readonly failures: number;
  readonly of: number;
  readonly inARow?: number | undefined;
  /** The primary's answers of the same seconds; left out by a gateway of before, which stops for good. */
  readonly primaryFailures?: number | undefined;
  readonly primaryOf?: number | undefined;
  readonly pauseMs?: number | undefined;
  /** Which trip of this process it is. */
  readonly number?: number | undefined;
}

/** One delivery of a gateway: evidence and acknowledged routes. (gateway, boot, sequence) names it. */
export interface EvidenceBatch {
  readonly gateway: string;
  readonly boot: string;
  readonly sequence: number;
  readonly acknowledged: readonly { readonly model: string; readonly revision: number }[];
  readonly entries: readonly EvidenceEntry[];
  /** Requests whose feedback may come by their id. */
  readonly served?: readonly ServedRequest[] | undefined;
  /** The worst disagreements of shadows. */
  readonly samples?: readonly SampleRecord[] | undefined;
  /** Texts of shadows for the pairwise judge. */
  readonly textPairs?: readonly TextPairRecord[] | undefined;
  /** Candidates that the gateway sends no more callers to. */
  readonly trips?: readonly TripRecord[] | undefined;
  /** What its callers meet at primaries. */
  readonly primaries?: readonly PrimaryWord[] | undefined;
  /**
   * What the gateway's clock, by which it names slices of time, shows now: as it said when it sent this, and the time that this has waited here since, in another
   * attempt too, or it would be taken for a clock that is behind. Left out: as right as any.
   */
  readonly clock?: (() => Instant) | undefined;
}
