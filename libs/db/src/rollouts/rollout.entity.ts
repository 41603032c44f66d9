import {
  Column,
  CreateDateColumn,
  Entity,
  Generated,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
} from 'typeorm';
import type { RolloutRecord } from '#libs/engine';
import { ModelEntity } from '../registry/model.entity.ts';
import { VersionEntity } from '../registry/version.entity.ts';

@Entity('rollout')
@Index('rollout_sequence_of_model', ['modelId', 'sequence'])
// The list of all models'.
@Index('rollout_sequence', ['sequence'])
// A model has at most one live rollout, whatever races; others may wait for it.
@Index(['modelId'], { unique: true, where: '"ended_at" IS NULL AND NOT "queued"' })
// The sweep and every look-up of what is live.
@Index(['modelId', 'queued'], { where: '"ended_at" IS NULL' })
// The list of what is live, and of what waits for a person.
@Index('rollout_live', ['sequence'], { where: '"ended_at" IS NULL' })
@Index('rollout_need_person', ['sequence'], {
  where: `"ended_at" IS NULL AND "state" IN ('awaiting_approval', 'paused', 'baking')`,
})
// What ended last, of all models.
@Index('rollout_ended', ['endedAt', 'sequence'], { where: '"ended_at" IS NOT NULL' })
@Index('rollout_of_version', ['modelId', 'version', 'sequence'])
// Where the queue ends.
@Index('rollout_due_since', ['dueSince'], { where: '"ended_at" IS NULL AND "queued"' })
// What ended and has not been made small yet.
@Index('rollout_with_samples', ['endedAt'], { where: '"ended_at" IS NOT NULL AND NOT "samples_cleared"' })
@Index('rollout_with_evidence', ['endedAt'], { where: '"ended_at" IS NOT NULL AND NOT "evidence_compacted"' })
@Index('rollout_group', ['groupId'], { where: '"group_id" IS NOT NULL' })
export class RolloutEntity {
  @PrimaryColumn('uuid')
  id!: string;

  /** As rollouts were asked for, whatever the clock said. */
  @Column('bigint', { select: false })
  @Generated('increment')
  sequence?: string;

  @Column('uuid', { name: 'model_id' })
  modelId!: string;

  @ManyToOne(() => ModelEntity)
  @JoinColumn({ name: 'model_id' })
  model?: ModelEntity;

  @Column('int')
  version!: number;

  @ManyToOne(() => VersionEntity)
  @JoinColumn([
    { name: 'model_id', referencedColumnName: 'modelId' },
    { name: 'version', referencedColumnName: 'version' },
  ])
  of?: VersionEntity;

  @Column('text')
  intent!: RolloutRecord['intent'];

  @Column('int', { nullable: true })
  from!: number | null;

  @Column('text')
  state!: RolloutRecord['state'];

  @Column('int', { name: 'step_index' })
  stepIndex!: number;

  @Column('timestamptz', { name: 'step_started_at', nullable: true })
  stepStartedAt!: Date | null;

  @Column('timestamptz', { name: 'clock_stopped_at', nullable: true })
  clockStoppedAt!: Date | null;

  @Column('jsonb', { nullable: true })
  checks!: RolloutRecord['checks'];

  @Column('jsonb', { default: [] })
  approvals!: RolloutRecord['approvals'];

  @Column('jsonb', { default: [] })
  faults!: RolloutRecord['faults'];

  @Column('jsonb', { name: 'start_phase', nullable: true })
  startPhase!: RolloutRecord['startPhase'];

  @Column('jsonb', { name: 'value_bounds', nullable: true })
  valueBounds!: RolloutRecord['valueBounds'];

  @Column('int', { nullable: true })
  attempt!: number | null;

  @Column('boolean', { name: 'overrides_freeze', default: false })
  overridesFreeze!: boolean;

  @Column('boolean', { name: 'overrides_environment', default: false })
  overridesEnvironment!: boolean;

  @Column('boolean', { default: false })
  queued!: boolean;

  @Column('timestamptz', { name: 'start_at', nullable: true })
  startAt!: Date | null;

  /** Without a date it is due since then: when it was asked for, and never before what waited already. One instant for all of a release group. */
  @Column('timestamptz', { name: 'due_since', default: () => 'now()', select: false })
  dueSince?: Date;

  /** The release group that it belongs to. */
  @Column('uuid', { name: 'group_id', nullable: true })
  groupId!: string | null;

  @Column('int')
  revision!: number;

  @Column('jsonb')
  policy!: unknown;

  @Column('text', { name: 'policy_hash' })
  policyHash!: string;

  @Column('jsonb', { default: [] })
  verdicts!: RolloutRecord['verdicts'];

  @Column('jsonb', { nullable: true })
  decision!: RolloutRecord['decision'];

  @Column('text', { default: '' })
  reason!: string;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column('text', { name: 'created_by' })
  createdBy!: string;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt!: Date | null;

  /** Its samples and text pairs are gone: it ended long ago. */
  @Column('boolean', { name: 'samples_cleared', default: false, select: false })
  samplesCleared?: boolean;

  /** Its evidence is one row of each step and arm: it ended long ago. */
  @Column('boolean', { name: 'evidence_compacted', default: false, select: false })
  evidenceCompacted?: boolean;
}
