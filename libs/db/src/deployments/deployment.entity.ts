import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { DeploymentRecord } from '#libs/engine';

@Entity('deployment')
// What is forgotten.
@Index('deployment_retired', ['updatedAt'], { where: `"state" = 'retired'` })
export class DeploymentEntity {
  @PrimaryColumn('uuid', { name: 'model_id' })
  modelId!: string;

  @PrimaryColumn('int')
  version!: number;

  @Index()
  @Column('text')
  state!: DeploymentRecord['state'];

  @Column('text', { nullable: true })
  url!: string | null;

  @Column('text', { default: '' })
  message!: string;

  /** Where its server last said that it is ready; `null`: nowhere, as far as is known. */
  @Column('text', { name: 'ready_path', nullable: true })
  readyPath!: string | null;

  /** Since when it is in this state; `null`: since before this was noted. */
  @Column('timestamptz', { nullable: true })
  since!: Date | null;

  /** When it was first asked, or reported, since it was retired; `null`: before this was noted. */
  @Column('timestamptz', { name: 'asked_at', nullable: true })
  askedAt!: Date | null;

  /** Probes in a row that found it not ready while it counts as ready. */
  @Column('int', { default: 0 })
  misses!: number;

  /** When it is probed next, by whichever worker comes first. */
  @Column('timestamptz', { name: 'probe_due_at', nullable: true })
  probeDueAt!: Date | null;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;
}
