import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { Served } from '#libs/engine';

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
