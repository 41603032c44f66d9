import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { SampleRecord } from '#libs/engine';

/** One of the worst disagreements of a rollout's shadow. */
@Entity('sample')
export class SampleEntity {
  @PrimaryColumn('uuid', { name: 'rollout_id' })
  rolloutId!: string;

  @PrimaryColumn('text', { name: 'request_id' })
  requestId!: string;

  @Column('float8')
  badness!: number;

  @Column('jsonb')
  sample!: SampleRecord;
}
