import { Column, CreateDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';
import type { WebhookSource } from '#libs/engine';

@Entity('webhook_source')
export class WebhookSourceEntity {
  @PrimaryColumn('text')
  name!: string;

  @Column('text')
  kind!: WebhookSource['kind'];

  @Column('text')
  secret!: string;

  @Column('text', { array: true })
  models!: string[];

  @Column('text', { nullable: true })
  repository!: string | null;

  @Column('jsonb', { default: {} })
  rules!: WebhookSource['rules'];

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}

/** A delivery that was carried out, so that a repeat gets the first answer. */
@Entity('webhook_delivery')
export class WebhookDeliveryEntity {
  @PrimaryColumn('text')
  source!: string;

  @PrimaryColumn('text')
  identity!: string;

  @Column('jsonb')
  answer!: unknown;

  @Index()
  @CreateDateColumn({ name: 'received_at', type: 'timestamptz' })
  receivedAt!: Date;
}

/** A CI job's token that was exchanged; it is not taken twice. */
@Entity('ci_token_use')
export class CiTokenUseEntity {
  @PrimaryColumn('text')
  issuer!: string;

  @PrimaryColumn('text')
  jti!: string;

  @Index()
  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;
}
