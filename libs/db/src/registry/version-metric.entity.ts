import { Column, CreateDateColumn, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { VersionEntity } from './version.entity.ts';

/** One point of a metric's series. */
@Entity('version_metric')
export class VersionMetricEntity {
  @PrimaryColumn('uuid', { name: 'model_id' })
  modelId!: string;

  @PrimaryColumn('int')
  version!: number;

  @PrimaryColumn('text')
  name!: string;

  @PrimaryColumn('int')
  step!: number;

  @ManyToOne(() => VersionEntity)
  @JoinColumn([
    { name: 'model_id', referencedColumnName: 'modelId' },
    { name: 'version', referencedColumnName: 'version' },
  ])
  of?: VersionEntity;

  @Column('double precision')
  value!: number;

  @CreateDateColumn({ name: 'recorded_at', type: 'timestamptz' })
  recordedAt!: Date;
}
