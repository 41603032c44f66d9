import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { Judged } from '#libs/stats';
import type { Preference } from '#libs/engine';

/** The texts of two answers to one request of a shadow, until the pairwise judge has compared them; then what it found. */
@Entity('text_pair')
@Index('text_pair_due', ['dueAt'], { where: '"outcome" IS NULL' })
export class TextPairEntity {
  @PrimaryColumn('uuid', { name: 'rollout_id', primaryKeyConstraintName: 'text_pair_pkey' })
  rolloutId!: string;

  @PrimaryColumn('text', { name: 'request_id', primaryKeyConstraintName: 'text_pair_pkey' })
  requestId!: string;

  /** Of the route. */
  @Column('int')
  revision!: number;

  /** Empty once there is an outcome, as are the two texts. */
  @Column('text')
  request!: string;

  @Column('text', { name: 'primary_text' })
  primaryText!: string;

  @Column('text', { name: 'candidate_text' })
  candidateText!: string;

  @Column('boolean')
  identical!: boolean;

  @Column('int', { default: 0 })
  attempts!: number;

  /** To the judge, those that are booked included. */
  @Column('int', { default: 0 })
  requests!: number;

  @Column('bigint', { name: 'input_tokens', default: 0 })
  inputTokens!: string;

  @Column('bigint', { name: 'output_tokens', default: 0 })
  outputTokens!: string;

  @Column('text', { nullable: true })
  outcome!: Judged | null;

  /** Why the judge failed on it. */
  @Column('text', { nullable: true })
  reason!: string | null;

  @Column('timestamptz', { name: 'due_at', default: () => 'clock_timestamp()' })
  dueAt!: Date;

  @Column('timestamptz', { name: 'created_at', default: () => 'clock_timestamp()' })
  createdAt!: Date;
}

/** What the judge said to a prompt, by the hash of all that it was asked. */
@Entity('judge_answer')
@Index('judge_answer_at', ['at'])
export class JudgeAnswerEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'judge_answer_pkey' })
  hash!: string;

  @Column('text')
  prefers!: Preference;

  @Column('timestamptz', { default: () => 'clock_timestamp()' })
  at!: Date;
}
