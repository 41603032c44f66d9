import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { EmbeddedOutcome } from '#libs/stats';
import { PairEntity } from './pair.entity.ts';

/** The texts of two answers to one request of a shadow, until their embeddings were compared; then what came of it. */
@Entity('embedding_pair')
@Index('embedding_pair_due', ['dueAt'], { where: '"outcome" IS NULL' })
export class EmbeddingPairEntity extends PairEntity {
  @PrimaryColumn('uuid', { name: 'rollout_id', primaryKeyConstraintName: 'embedding_pair_pkey' })
  rolloutId!: string;

  @PrimaryColumn('text', { name: 'request_id', primaryKeyConstraintName: 'embedding_pair_pkey' })
  requestId!: string;

  @Column('text', { nullable: true })
  outcome!: EmbeddedOutcome | null;
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
