import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { Served } from '#libs/engine';
import { bigintToNumber } from './evidence.entity.ts';

/** Feedback that was counted, so that a repeat is known. */
@Entity('feedback_seen')
export class FeedbackSeenEntity {
  @PrimaryColumn('uuid', { name: 'rollout_id' })
  rolloutId!: string;

  @PrimaryColumn('text')
  identity!: string;

  @Index()
  @Column('timestamptz', { default: () => 'clock_timestamp()' })
  at!: Date;
}

/** Who served a request, for as long as feedback may name it by its id alone. */
@Entity('served_request')
export class ServedRequestEntity {
  @PrimaryColumn('text')
  model!: string;

  @PrimaryColumn('text', { name: 'request_id' })
  requestId!: string;

  @Column('uuid', { name: 'rollout_id' })
  rolloutId!: string;

  @Column('int')
  revision!: number;

  @Column('text')
  arm!: Served['arm'];

  @Column('text', { array: true, default: [] })
  segments!: string[];

  @Index()
  @Column('timestamptz', { default: () => 'clock_timestamp()' })
  at!: Date;
}

/** How many events of one request have counted for one metric. */
@Entity('feedback_subject')
export class FeedbackSubjectEntity {
  @PrimaryColumn('uuid', { name: 'rollout_id', primaryKeyConstraintName: 'feedback_subject_pkey' })
  rolloutId!: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'feedback_subject_pkey' })
  subject!: string;

  @Column('int')
  events!: number;

  @Index('feedback_subject_at')
  @Column('timestamptz', { default: () => 'clock_timestamp()' })
  at!: Date;
}

/** What the request ids of a model take that were noted in one window of time. */
@Entity('served_window')
export class ServedWindowEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'served_window_pkey' })
  model!: string;

  @Index('served_window_starts')
  @PrimaryColumn('timestamptz', { name: 'starts_at', primaryKeyConstraintName: 'served_window_pkey' })
  startsAt!: Date;

  @Column('bigint', { transformer: bigintToNumber })
  bytes!: number;
}
