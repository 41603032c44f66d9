import { Column } from 'typeorm';

/** The texts of two answers to one request of a shadow, until they were compared; the key is (rollout, request). */
export abstract class PairEntity {
  /** Of the route. */
  @Column('int')
  revision!: number;

  /** Empty once there is an outcome, as is the other one. */
  @Column('text', { name: 'primary_text' })
  primaryText!: string;

  @Column('text', { name: 'candidate_text' })
  candidateText!: string;

  @Column('boolean')
  identical!: boolean;

  @Column('int', { default: 0 })
  attempts!: number;

  /** Why the comparison failed. */
  @Column('text', { nullable: true })
  reason!: string | null;

  @Column('timestamptz', { name: 'due_at', default: () => 'clock_timestamp()' })
  dueAt!: Date;

  @Column('timestamptz', { name: 'created_at', default: () => 'clock_timestamp()' })
  createdAt!: Date;
}
