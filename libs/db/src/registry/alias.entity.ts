import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { VersionEntity } from './version.entity.ts';

/** A movable name for a version. `primary` is none of them: rollouts move it. */
@Entity('alias')
@Index(['modelId', 'version'])
export class AliasEntity {
  @PrimaryColumn('uuid', { name: 'model_id' })
  modelId!: string;

  @PrimaryColumn('text')
  alias!: string;

  @Column('int')
  version!: number;

  @ManyToOne(() => VersionEntity)
  @JoinColumn([
    { name: 'model_id', referencedColumnName: 'modelId' },
    { name: 'version', referencedColumnName: 'version' },
  ])
  of?: VersionEntity;
}
