import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { SourceReading } from '#libs/rollout';

/** What a metric source said last for one gate of one step, and when it is to be asked again. */
@Entity('source_reading')
export class SourceReadingEntity {
  @PrimaryColumn('uuid', { name: 'rollout_id' })
  rolloutId!: string;

  @PrimaryColumn('int', { name: 'step_index' })
  stepIndex!: number;

  @PrimaryColumn('text')
  gate!: string;

  /** `null`: it is being asked for the first time. */
  @Column('jsonb', { nullable: true })
  reading!: SourceReading | null;

  @Column('timestamptz', { name: 'next_at' })
  nextAt!: Date;

  /** A worker is asking it: until `nextAt` no other does. */
  @Column('boolean', { default: false })
  claimed!: boolean;
}
