import { Column, CreateDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';
import type { GoldenRequests, ReleaseSettings, Retirement } from '#libs/engine';
import type { CallerRules, ModelPrices } from '#libs/traffic';

@Entity('model')
@Index('model_routed_as', ['routedAs'], { where: '"routed_as" IS NOT NULL' })
export class ModelEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text', { unique: true })
  name!: string;

  @Column('text', { default: '' })
  description!: string;

  @Column('jsonb', { default: {} })
  tags!: Record<string, string>;

  @Column('jsonb', { nullable: true })
  policy!: unknown;

  /** As its author wrote it; what counts is `policy`. */
  @Column('text', { name: 'policy_text', nullable: true })
  policyText!: string | null;

  @Column('jsonb', { nullable: true })
  golden!: GoldenRequests | null;

  @Column('jsonb', { nullable: true })
  callers!: CallerRules | null;

  @Column('jsonb', { nullable: true })
  prices!: ModelPrices | null;

  @Column('text', { nullable: true })
  environment!: string | null;

  /** The model whose proven artifacts may be released here. */
  @Column('uuid', { name: 'after_id', nullable: true })
  afterId!: string | null;

  @Column('jsonb', { name: 'release_settings', nullable: true })
  releaseSettings!: ReleaseSettings | null;

  @Column('int', { nullable: true })
  primary!: number | null;

  @Column('int', { name: 'primary_history', array: true, default: [] })
  primaryHistory!: number[];

  @Column('jsonb', { nullable: true })
  retirement!: Retirement | null;

  /** Of a deleted model: the name under which gateways know its last route. */
  @Column('text', { name: 'routed_as', nullable: true })
  routedAs!: string | null;

  @Column('text')
  salt!: string;

  @Column('int', { name: 'next_version', default: 1 })
  nextVersion!: number;

  /** `null` as long as it is there; a deleted one has given its name back. */
  @Column('timestamptz', { name: 'deleted_at', nullable: true })
  deletedAt!: Date | null;

  /** The end of its chain of events, so that events missing there are missed. */
  @Column('int', { name: 'event_sequence', default: 0 })
  eventSequence!: number;

  @Column('text', { name: 'event_hash', default: '' })
  eventHash!: string;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt!: Date;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}
