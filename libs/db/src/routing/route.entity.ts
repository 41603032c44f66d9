import { Column, CreateDateColumn, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import type { StartPhase } from '#libs/rollout';
import type { Route } from '#libs/traffic';
import { ModelEntity } from '../registry/model.entity.ts';

/** Every revision of every route; a model's newest one is in force. Never updated. */
@Entity('route')
// Since when a step of a rollout has been on its way.
@Index('route_step', ['rolloutId', 'stepIndex'], { where: '"rollout_id" IS NOT NULL' })
export class RouteEntity {
  @PrimaryColumn('uuid', { name: 'model_id' })
  modelId!: string;

  @PrimaryColumn('int')
  revision!: number;

  @ManyToOne(() => ModelEntity)
  @JoinColumn({ name: 'model_id' })
  model?: ModelEntity;

  @Column('jsonb')
  primary!: Route['primary'];

  @Column('jsonb', { nullable: true })
  candidate!: Route['candidate'];

  @Column('text')
  salt!: string;

  @Column('uuid', { name: 'rollout_id', nullable: true })
  rolloutId!: string | null;

  @Column('int', { name: 'step_index', nullable: true })
  stepIndex!: number | null;

  @Column('jsonb', { name: 'output_spec', nullable: true })
  outputSpec!: Route['outputSpec'];

  @Column('jsonb', { nullable: true })
  reading!: Route['reading'];

  @Column('jsonb', { nullable: true })
  callers!: NonNullable<Route['callers']> | null;

  @Column('jsonb', { nullable: true })
  retired!: NonNullable<Route['retired']> | null;

  @Column('jsonb', { name: 'start_phase', nullable: true })
  startPhase!: StartPhase | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}
