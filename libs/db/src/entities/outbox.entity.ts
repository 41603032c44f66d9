import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Rollouts to look at. One row per rollout: asking twice is asking once. */
@Entity('outbox')
export class OutboxEntity {
  @PrimaryColumn('uuid', { name: 'rollout_id' })
  rolloutId!: string;

  @Column('timestamptz', { name: 'asked_at' })
  askedAt!: Date;
}
