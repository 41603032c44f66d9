import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { Judged } from '#libs/stats';
import type { Preference } from '#libs/engine';
import { PairEntity } from './pair.entity.ts';

/** The texts of two answers to one request of a shadow, until the pairwise judge has compared them; then what it found. */
@Entity('text_pair')
@Index('text_pair_due', ['dueAt'], { where: '"outcome" IS NULL' })
export class TextPairEntity extends PairEntity {
  @PrimaryColumn('uuid', { name: 'rollout_id', primaryKeyConstraintName: 'text_pair_pkey' })
  rolloutId!: string;

  @PrimaryColumn('text', { name: 'request_id', primaryKeyConstraintName: 'text_pair_pkey' })
  requestId!: string;

  /** Empty once there is an outcome, as are the two texts. */
  @Column('text')
  request!: string;

  /** To the judge, those that are booked included. */
  @Column('int', { default: 0 })
  requests!: number;

  @Column('bigint', { name: 'input_tokens', default: 0 })
  inputTokens!: string;

  @Column('bigint', { name: 'output_tokens', default: 0 })
  outputTokens!: string;

  @Column('text', { nullable: true })
  outcome!: Judged | null;
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
