import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Append-only (a trigger refuses UPDATE and DELETE); each row's hash covers the row before it. */
@Entity('event')
// Who is who, and who made which token: asked when somebody approves.
@Index(['type'], { where: `"type" IN ('user.logged_in', 'token.issued', 'token.rotated')` })
export class EventEntity {
  @PrimaryColumn('uuid', { name: 'model_id' })
  modelId!: string;

  @PrimaryColumn('int')
  sequence!: number;

  @Index()
  @Column('uuid', { name: 'rollout_id', nullable: true })
  rolloutId!: string | null;

  @Column('text')
  type!: string;

  @Column('text')
  actor!: string;

  @Column('jsonb')
  data!: Record<string, unknown>;

  @Index()
  @Column('timestamptz')
  at!: Date;

  @Column('text')
  hash!: string;
}
