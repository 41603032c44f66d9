import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { EmbeddedOutcome } from '#libs/stats';

/** The texts of two answers to one request of a shadow, until their embeddings were compared; then what came of it. */
@Entity('embedding_pair')
@Index('embedding_pair_due', ['dueAt'], { where: '"outcome" IS NULL' })
export class EmbeddingPairEntity {
  @PrimaryColumn('uuid', { name: 'rollout_id', primaryKeyConstraintName: 'embedding_pair_pkey' })
  rolloutId!: string;

  @PrimaryColumn('text', { name: 'request_id', primaryKeyConstraintName: 'embedding_pair_pkey' })
  requestId!: string;

  /** Of the route. */
  @Column('int')
  revision!: number;

  /** Empty once there is an outcome, as is the other one. */
  @Column('text', { name: 'primary_text' })
  primaryText!: string;

  @Column('text', { name: 'candidate_text' })
  candidateText!: string;

  @Column('boolean')
  identical!: boolean;

  @Column('int', { default: 0 })
  attempts!: number;

  @Column('text', { nullable: true })
  outcome!: EmbeddedOutcome | null;

  /** Why it failed. */
  @Column('text', { nullable: true })
  reason!: string | null;

  @Column('timestamptz', { name: 'due_at', default: () => 'clock_timestamp()' })
  dueAt!: Date;

  @Column('timestamptz', { name: 'created_at', default: () => 'clock_timestamp()' })
  createdAt!: Date;
}

/** What a rollout's embeddings have cost, what is booked included. */
@Entity('embedding_spending')
export class EmbeddingSpendingEntity {
  @PrimaryColumn('uuid', { name: 'rollout_id', primaryKeyConstraintName: 'embedding_spending_pkey' })
  rolloutId!: string;

  @Column('int', { default: 0 })
  requests!: number;

  @Column('bigint', { default: 0 })
  tokens!: string;
}

/** The direction of a text's embedding, by the hash of the text, the model and how it is asked. */
@Entity('embedding_vector')
@Index('embedding_vector_at', ['at'])
export class EmbeddingVectorEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'embedding_vector_pkey' })
  hash!: string;

  /** Numbers of 32 bits, little endian. */
  @Column('bytea')
  vector!: Buffer;

  @Column('timestamptz', { default: () => 'clock_timestamp()' })
  at!: Date;
}
