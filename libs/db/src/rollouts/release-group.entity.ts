import { Column, CreateDateColumn, Entity, Generated, Index, PrimaryColumn } from 'typeorm';

/** Rollouts of several models that reach primary together; which they are, they say themselves. */
@Entity('release_group')
@Index('release_group_sequence', ['sequence'])
export class ReleaseGroupEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'release_group_pkey' })
  id!: string;

  /** As groups were asked for, whatever the clock said. */
  @Column('bigint', { select: false })
  @Generated('increment')
  sequence?: string;

  @Column('text')
  reason!: string;

  @Column('text', { name: 'created_by' })
  createdBy!: string;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}
