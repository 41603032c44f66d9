import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { CallerSegment } from '#libs/traffic';

/** A named group of a model's callers. */
@Entity('caller_segment')
export class CallerSegmentEntity {
  @PrimaryColumn('uuid', { name: 'model_id', primaryKeyConstraintName: 'caller_segment_pkey' })
  modelId!: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'caller_segment_pkey' })
  name!: string;

  @Column('jsonb')
  rule!: CallerSegment;
}
