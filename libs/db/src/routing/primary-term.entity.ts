import { Column, Entity, Generated, Index, PrimaryColumn } from 'typeorm';

/** A stretch of time in which a version was primary. */
@Entity('primary_term')
@Index(['modelId', 'version'])
@Index('primary_term_of_model', ['modelId', 'sequence'])
@Index(['modelId'], { unique: true, where: '"until" IS NULL' })
export class PrimaryTermEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'model_id' })
  modelId!: string;

  @Column('int')
  version!: number;

  /** As terms were begun: the highest of a model, or of a version, is its newest, whatever the clock said. */
  @Column('bigint')
  @Generated('increment')
  sequence!: string;

  /** For people; two may begin in one instant, and the clock may be set back. */
  @Column('timestamptz')
  since!: Date;

  @Column('timestamptz', { nullable: true })
  until!: Date | null;

  /** It was replaced by a newer one, not taken off; `null` while it serves. */
  @Column('boolean', { nullable: true })
  good!: boolean | null;

  /** Its bake ended well, it had none to pass, or an admin put it there. */
  @Column('boolean', { default: false })
  proven!: boolean;

  /** The version whose rollback took the proof of these bytes away, since they were proven last; `null`: none has. */
  @Column('int', { name: 'refuted_by', nullable: true })
  refutedBy!: number | null;
}
