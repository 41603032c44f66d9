import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A file of exported events. Written by the owner of the tables, never by api and worker. */
@Entity('event_export')
export class EventExportEntity {
  @PrimaryColumn('int')
  number!: number;

  @Column('text')
  file!: string;

  @Column('text')
  place!: string;

  @Column('text')
  sha256!: string;

  @Column('text')
  key!: string;

  @Column('int')
  events!: number;

  @Column('timestamptz', { name: 'first_at' })
  firstAt!: Date;

  @Column('timestamptz', { name: 'last_at' })
  lastAt!: Date;

  @Column('timestamptz', { name: 'made_at' })
  madeAt!: Date;

  @Column('timestamptz', { name: 'detached_at', nullable: true })
  detachedAt!: Date | null;
}

/** A stretch of one chain in such a file. */
@Entity('event_export_range')
export class EventExportRangeEntity {
  @PrimaryColumn('uuid', { name: 'model_id' })
  modelId!: string;

  @PrimaryColumn('int', { name: 'last_sequence' })
  lastSequence!: number;

  @Column('int', { name: 'first_sequence' })
  firstSequence!: number;

  @Column('text', { name: 'last_hash' })
  lastHash!: string;

  @Column('int')
  number!: number;

  @Column('timestamptz', { name: 'first_at' })
  firstAt!: Date;

  @Column('timestamptz', { name: 'last_at' })
  lastAt!: Date;

  /** Its events may be deleted, but for those that are still asked for. */
  @Column('boolean', { default: false })
  detached!: boolean;

  /** Of these there are so many, with this digest. */
  @Column('int', { default: 0 })
  kept!: number;

  @Column('text', { name: 'kept_digest', nullable: true })
  keptDigest!: string | null;
}
