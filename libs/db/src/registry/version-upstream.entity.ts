import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { VersionEntity } from './version.entity.ts';

/** One edge of the lineage: a version consumes another one. By id, so that a renamed model keeps its edges. */
@Entity('version_upstream')
@Index(['upstreamModelId', 'upstreamVersion'])
export class VersionUpstreamEntity {
  @PrimaryColumn('uuid', { name: 'model_id' })
  modelId!: string;

  @PrimaryColumn('int')
  version!: number;

  @PrimaryColumn('uuid', { name: 'upstream_model_id' })
  upstreamModelId!: string;

  @PrimaryColumn('int', { name: 'upstream_version' })
  upstreamVersion!: number;

  /** Whoever registered the edge may touch the upstream's model; without that it holds back nothing of it. */
  @Column('boolean', { default: true })
  acknowledged!: boolean;

  @ManyToOne(() => VersionEntity)
  @JoinColumn([
    { name: 'model_id', referencedColumnName: 'modelId' },
    { name: 'version', referencedColumnName: 'version' },
  ])
  consumer?: VersionEntity;

  @ManyToOne(() => VersionEntity)
  @JoinColumn([
    { name: 'upstream_model_id', referencedColumnName: 'modelId' },
    { name: 'upstream_version', referencedColumnName: 'version' },
  ])
  upstream?: VersionEntity;
}
