import { Column, CreateDateColumn, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import type { VersionRecord } from '#libs/engine';
import { ModelEntity } from './model.entity.ts';

@Entity('version')
@Index(['tags'], { type: 'gin' })
@Index(['modelId', 'updatedAt', 'version'])
// The newest of a stage, and of all models.
@Index('version_stage', ['modelId', 'stage', 'version'], { where: '"deleted_at" IS NULL' })
@Index('version_newest', ['updatedAt', 'modelId', 'version'], { where: '"deleted_at" IS NULL' })
export class VersionEntity {
  @PrimaryColumn('uuid', { name: 'model_id' })
  modelId!: string;

  @PrimaryColumn('int')
  version!: number;

  @ManyToOne(() => ModelEntity)
  @JoinColumn({ name: 'model_id' })
  model?: ModelEntity;

  @Column('text', { name: 'artifact_uri', nullable: true })
  artifactUri!: string | null;

  @Index('IDX_version_artifact_digest')
  @Column('text', { name: 'artifact_digest', nullable: true })
  artifactDigest!: string | null;

  @Column('text', { name: 'serving_url', nullable: true })
  servingUrl!: string | null;

  /** Where there are several; the first one is `serving_url`. */
  @Column('text', { name: 'serving_urls', array: true, nullable: true })
  servingUrls!: string[] | null;

  @Column('text', { name: 'health_path', nullable: true })
  healthPath!: string | null;

  @Column('text', { default: '' })
  description!: string;

  @Column('jsonb', { default: {} })
  tags!: Record<string, string>;

  @Column('jsonb', { default: {} })
  source!: Record<string, string>;

  @Column('jsonb', { default: {} })
  dataset!: Record<string, string>;

  @Column('jsonb', { nullable: true })
  signature!: unknown;

  @Column('jsonb', { name: 'output_spec', nullable: true })
  outputSpec!: VersionRecord['outputSpec'];

  @Column('jsonb', { nullable: true })
  baseline!: VersionRecord['baseline'];

  @Column('jsonb', { default: [] })
  upstreams!: { model: string; version: number }[];

  /** Markdown. */
  @Column('text', { default: '' })
  card!: string;

  /** What MLflow clients say of it; all `null` for a version registered in another way. */
  @Column('text', { name: 'mlflow_source', nullable: true })
  mlflowSource!: string | null;

  @Column('text', { name: 'run_id', nullable: true })
  @Index()
  runId!: string | null;

  @Column('text', { name: 'run_link', nullable: true })
  runLink!: string | null;

  @Column('text', { default: 'None' })
  stage!: VersionRecord['mlflow']['stage'];

  @Column('timestamptz', { name: 'deleted_at', nullable: true })
  deletedAt!: Date | null;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt!: Date;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column('text', { name: 'created_by' })
  createdBy!: string;
}
