import type { StartPhase } from '#libs/rollout';
import { beforeNow, overflowBin, type Sketch, type Tally, type TallyBounds } from '#libs/stats';
import type { Arm } from '#libs/traffic';

/** Of one row over all batches: names that data planes invent one after the other do not add up without end. */
export const ROW_BOUNDS: TallyBounds = { names: 128, bins: 200, overflow: overflowBin };

/** A row of `evidence` as the driver gives it: counts are bigint, which come as text. */
export interface EvidenceRow {
  readonly rollout_id: string;
  readonly route_revision: number;
  readonly step_index: number;
  readonly arm: Arm;
  readonly segment: string;
  readonly start_phase: StartPhase | null;
  readonly requests: string;
  readonly errors: string;
  readonly latency: Sketch;
  readonly sketches: Readonly<Record<string, Sketch>>;
  readonly compared: string;
  readonly agreed: string;
  readonly dropped: string;
  readonly measures: Tally['measures'];
  readonly histograms: Tally['histograms'];
  readonly traces: readonly string[] | null;
  readonly blocks: NonNullable<Tally['blocks']>;
  readonly units: NonNullable<Tally['units']>;
  readonly points: NonNullable<Tally['points']>;
}

export function tallyOf(row: EvidenceRow): Tally {
  return {
    requests: Number(row.requests),
    errors: Number(row.errors),
    latency: row.latency,
    ...(Object.keys(row.sketches).length === 0 ? {} : { sketches: row.sketches }),
    ...(Object.keys(row.blocks).length === 0 ? {} : { blocks: row.blocks }),
    ...(Object.keys(row.points).length === 0 ? {} : { points: row.points }),
    ...(row.units.length === 0 ? {} : { units: row.units }),
    compared: Number(row.compared),
    agreed: Number(row.agreed),
    dropped: Number(row.dropped),
    measures: row.measures,
    histograms: row.histograms,
  };
}

/** Selects the database's time beside a row, in ms since 1970. */
export const NOW_MS = '(extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now_ms';
export interface TimedRow extends EvidenceRow {
  readonly now_ms: number;
}

/** No slice of it lies in the future. */
export const tallyByNow = (row: TimedRow): Tally => beforeNow(tallyOf(row), row.now_ms);
