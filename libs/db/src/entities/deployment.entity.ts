import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { DeploymentRecord } from '#libs/engine';

@Entity('deployment')
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

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;
}
