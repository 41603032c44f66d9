import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { StartPhase } from '#libs/rollout';
import type { Sketch, Tally } from '#libs/stats';
import type { Arm } from '#libs/traffic';

/** PostgreSQL's bigint comes as text; our counts stay below 2^53. */
export const bigintToNumber = { from: (text: string): number => Number(text), to: (n: number): number => n };

/** What was counted for one arm under one route revision. */
@Entity('evidence')
export class EvidenceEntity {
  @PrimaryColumn('uuid', { name: 'rollout_id' })
  rolloutId!: string;

  @PrimaryColumn('int', { name: 'route_revision' })
  routeRevision!: number;

  @PrimaryColumn('text')
  arm!: Arm;

  /** `<gate>=<value>` of a segment; empty: everybody. */
  @PrimaryColumn('text', { default: '' })
  segment!: string;

  @Column('int', { name: 'step_index' })
  stepIndex!: number;

  @Column('jsonb', { name: 'start_phase', nullable: true })
  startPhase!: StartPhase | null;

  @Column('bigint', { default: 0, transformer: bigintToNumber })
  requests!: number;

  @Column('bigint', { default: 0, transformer: bigintToNumber })
  errors!: number;

  @Column('jsonb', { default: { count: 0, buckets: {} } })
  latency!: Sketch;

  @Column('jsonb', { default: {} })
  sketches!: Readonly<Record<string, Sketch>>;

  @Column('bigint', { default: 0, transformer: bigintToNumber })
  compared!: number;

  @Column('bigint', { default: 0, transformer: bigintToNumber })
  agreed!: number;

  @Column('bigint', { default: 0, transformer: bigintToNumber })
  dropped!: number;

  @Column('jsonb', { default: {} })
  measures!: Tally['measures'];

  @Column('jsonb', { default: {} })
  histograms!: Tally['histograms'];

  /** Recorded requests that were counted here, the latest first; of the latest batches only. */
  @Column('text', { array: true, nullable: true })
  traces!: readonly string[] | null;

  /** What goes together by unit or in time, by measure; of everybody. */
  @Column('jsonb', { default: {} })
  blocks!: NonNullable<Tally['blocks']>;

  /** Sizes of the values of measures that a gate bounds, by measure. */
  @Column('jsonb', { default: {} })
  points!: NonNullable<Tally['points']>;

  /** Hashes of units, to count distinct ones; of everybody. */
  @Column('jsonb', { default: [] })
  units!: NonNullable<Tally['units']>;
}
