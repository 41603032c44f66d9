import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { bigintToNumber } from '../evidence/evidence.entity.ts';

/** A gateway process that was heard of, and the last batch of its present boot that was counted. */
@Entity('gateway')
export class GatewayEntity {
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  boot!: string;

  @Column('bigint', { name: 'last_sequence', transformer: bigintToNumber })
  lastSequence!: number;

  @Column('timestamptz', { name: 'seen_at' })
  seenAt!: Date;
}

/** The last batch of each boot of a gateway that was counted. */
@Entity('gateway_boot')
export class GatewayBootEntity {
  @PrimaryColumn('text', { name: 'gateway_id', primaryKeyConstraintName: 'gateway_boot_pkey' })
  gatewayId!: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'gateway_boot_pkey' })
  boot!: string;

  @Column('bigint', { name: 'last_sequence', transformer: bigintToNumber })
  lastSequence!: number;

  @Index('gateway_boot_seen')
  @Column('timestamptz', { name: 'seen_at' })
  seenAt!: Date;

  /** What it says of itself, for people; `null`: nothing. */
  @Column('jsonb', { nullable: true })
  about!: object | null;
}

/** The newest route revision of a model that a gateway serves by. */
@Entity('gateway_route')
export class GatewayRouteEntity {
  @PrimaryColumn('text', { name: 'gateway_id' })
  gatewayId!: string;

  @PrimaryColumn('uuid', { name: 'model_id' })
  modelId!: string;

  @Column('int')
  revision!: number;
}
