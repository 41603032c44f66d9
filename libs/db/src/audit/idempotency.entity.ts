import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A POST that carried an Idempotency-Key; `status` is null while it is under way. */
@Entity('idempotency')
export class IdempotencyEntity {
  @PrimaryColumn('uuid', { name: 'token_id' })
  tokenId!: string;

  @PrimaryColumn('text')
  key!: string;

  @Column('text', { name: 'request_hash' })
  requestHash!: string;

  @Column('int', { nullable: true })
  status!: number | null;

  @Column('jsonb', { nullable: true })
  body!: unknown;

  @Index()
  @Column('timestamptz', { name: 'claimed_at' })
  claimedAt!: Date;
}
