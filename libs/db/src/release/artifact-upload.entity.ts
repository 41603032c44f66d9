import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Who has sent the bytes of an artifact: they may register it though no version names it yet, and have had a hand in it. */
@Entity('artifact_upload')
export class ArtifactUploadEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'PK_artifact_upload' })
  digest!: string;

  /** The id of a token or a session. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'PK_artifact_upload' })
  caller!: string;

  /** As on the record; `null`: of one that was noted before actors were. */
  @Column('text', { nullable: true })
  actor!: string | null;

  @Index('IDX_artifact_upload_at')
  @Column('timestamptz', { default: () => 'now()' })
  at!: Date;
}
