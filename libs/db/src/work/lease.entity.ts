import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Who does what only one process may do, and until when without a word of it. */
@Entity('lease')
export class LeaseEntity {
  @PrimaryColumn('text')
  name!: string;

  @Column('text')
  holder!: string;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;
}
