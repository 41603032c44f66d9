import { Column, Entity, PrimaryColumn } from 'typeorm';

/** When each live rollout is to be looked at next. One row per rollout: asking twice is asking once. */
@Entity('agenda')
export class AgendaEntity {
  @PrimaryColumn('uuid', { name: 'rollout_id' })
  rolloutId!: string;

  // Not indexed: every look moves it, and a table this narrow is read faster than an index is kept.
  @Column('timestamptz', { name: 'due_at' })
  dueAt!: Date;

  /** New evidence alone makes it due no earlier than this. */
  @Column('timestamptz', { name: 'not_before' })
  notBefore!: Date;

  /** Grows whenever somebody asks for a look, so that a look that began before does not undo it. */
  @Column('int', { default: 0 })
  asked!: number;
}
