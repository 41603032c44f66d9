import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { OutageRecord, PrimaryWordRecord } from '#libs/engine';

/** What a gateway said last of a model's primary. `since`: when it went out, or when it last answered. */
@Entity('gateway_primary')
export class GatewayPrimaryEntity {
  @PrimaryColumn('text', { name: 'gateway_id', primaryKeyConstraintName: 'gateway_primary_pkey' })
  gatewayId!: string;

  @Index('gateway_primary_model')
  @PrimaryColumn('uuid', { name: 'model_id', primaryKeyConstraintName: 'gateway_primary_pkey' })
  modelId!: string;

  @Column('int')
  version!: number;

  @Column('text')
  state!: PrimaryWordRecord['state'];

  @Column('timestamptz')
  since!: Date;

  @Column('int')
  failures!: number;

  @Column('text')
  because!: string;

  @Column('timestamptz', { name: 'told_at' })
  toldAt!: Date;
}

/** A primary that is out, or may be. */
@Entity('primary_outage')
export class PrimaryOutageEntity {
  @PrimaryColumn('uuid', { name: 'model_id', primaryKeyConstraintName: 'primary_outage_pkey' })
  modelId!: string;

  @Column('int')
  version!: number;

  @Column('text')
  cause!: OutageRecord['cause'];

  @Column('text')
  scope!: OutageRecord['scope'];

  @Column('timestamptz')
  since!: Date;

  @Column('text')
  because!: string;

  @Column('jsonb')
  gateways!: OutageRecord['gateways'];

  @Column('timestamptz', { name: 'suspected_at' })
  suspectedAt!: Date;

  /** When its event was written; `null`: it was not. */
  @Column('timestamptz', { name: 'announced_at', nullable: true })
  announcedAt!: Date | null;

  @Column('timestamptz', { name: 'quiet_since', nullable: true })
  quietSince!: Date | null;
}
