import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What some worker can ask, and when one said so last. */
@Entity('worker_ability')
export class WorkerAbilityEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'worker_ability_pkey' })
  name!: string;

  @Column('timestamptz', { name: 'seen_at' })
  seenAt!: Date;
}
