import {
  Column,
  CreateDateColumn,
  Entity,
  Generated,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
  type Relation,
} from 'typeorm';
import type { OutgoingRecord, SubscriptionRecord, SubscriptionSecret } from '#libs/engine';

@Entity('subscription')
export class SubscriptionEntity {
  @PrimaryColumn('uuid')
  id!: string;

  /** As they were made, whatever the clock said. */
  @Column('bigint', { select: false })
  @Generated('increment')
  sequence?: string;

  @Column('text')
  name!: string;

  /** Sealed: it may hold a secret. */
  @Column('text')
  url!: string;

  /** Sealed, each. */
  @Column('jsonb')
  secrets!: SubscriptionSecret[];

  @Column('text', { array: true })
  events!: string[];

  @Column('text', { array: true, nullable: true })
  models!: string[] | null;

  /** The same as patterns of LIKE, for the statement that appends an event. */
  @Column('text', { name: 'events_like', array: true })
  eventsLike!: string[];

  @Column('text', { name: 'models_like', array: true, nullable: true })
  modelsLike!: string[] | null;

  @Column('text')
  format!: SubscriptionRecord['format'];

  @Column('text', { default: 'active' })
  state!: SubscriptionRecord['state'];

  @Column('text', { default: '' })
  because!: string;

  @Column('timestamptz', { name: 'failing_since', nullable: true })
  failingSince!: Date | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column('text', { name: 'created_by' })
  createdBy!: string;
}

const ALARM = `"state" = 'waiting' AND COALESCE("kind", 'alarm') = 'alarm'`;

/** An event on its way to a subscription: written in the transaction of the event itself. */
@Entity('outgoing')
@Index(['subscriptionId', 'modelId', 'sequence'], { unique: true })
@Index(['nextAt'], { where: `"state" = 'waiting'` })
@Index('outgoing_due', ['subscriptionId', 'nextAt', 'sequence'], { where: `"state" = 'waiting'` })
@Index('outgoing_first', ['subscriptionId', 'modelId', 'sequence'], { where: `"state" = 'waiting'` })
@Index('outgoing_alarm', ['subscriptionId', 'modelId', 'sequence'], {
  where: `${ALARM} AND "first_tried_at" IS NULL`,
})
@Index('outgoing_tried', ['subscriptionId', 'modelId', 'sequence'], {
  where: `${ALARM} AND "first_tried_at" IS NOT NULL`,
})
@Index('outgoing_tried_due', ['subscriptionId', 'nextAt', 'firstTriedAt'], {
  where: `${ALARM} AND "first_tried_at" IS NOT NULL`,
})
@Index('outgoing_place', ['subscriptionId', 'place'])
@Index('outgoing_settled', ['createdAt'], { where: `"state" <> 'waiting'` })
export class OutgoingEntity {
  @PrimaryColumn('uuid')
  id!: string;

  /** As they were queued, whatever the clock said. */
  @Column('bigint', { select: false })
  @Generated('increment')
  place?: string;

  @Column('uuid', { name: 'subscription_id' })
  subscriptionId!: string;

  @ManyToOne(() => SubscriptionEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'subscription_id' })
  subscription?: Relation<SubscriptionEntity>;

  @Column('uuid', { name: 'model_id' })
  modelId!: string;

  @Column('int')
  sequence!: number;

  /** Which others it waits behind (`claim-due.ts`); `null`: a process of the release before queued it. */
  @Column('text', { nullable: true })
  kind?: 'alarm' | 'verdict' | 'news' | null;

  @Column('text', { default: 'waiting' })
  state!: OutgoingRecord['state'];

  @Column('int', { default: 0 })
  attempts!: number;

  @Column('timestamptz', { name: 'first_tried_at', nullable: true })
  firstTriedAt!: Date | null;

  @Column('timestamptz', { name: 'next_at', default: () => 'now()' })
  nextAt!: Date;

  @Column('int', { name: 'last_status', nullable: true })
  lastStatus!: number | null;

  @Column('text', { name: 'last_error', nullable: true })
  lastError!: string | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;
}
