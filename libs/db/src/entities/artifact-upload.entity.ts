import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Who has sent the bytes of an artifact, of those who are bound to models: they may register it though no version names it yet. */
@Entity('artifact_upload')
export class ArtifactUploadEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'PK_artifact_upload' })
  digest!: string;

  /** The id of a token or a session. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'PK_artifact_upload' })
  caller!: string;

  @Index('IDX_artifact_upload_at')
  @Column('timestamptz', { default: () => 'now()' })
  at!: Date;
}
