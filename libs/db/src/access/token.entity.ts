import { Column, CreateDateColumn, Entity, Generated, Index, PrimaryColumn } from 'typeorm';
import type { Scope } from '#libs/engine';

@Entity('token')
export class TokenEntity {
  @PrimaryColumn('uuid')
  id!: string;

  /** As they were issued, whatever the clock said. */
  @Column('bigint', { select: false })
  @Generated('increment')
  sequence?: string;

  @Column('text')
  name!: string;

  @Column('text', { unique: true })
  hash!: string;

  @Column('text', { array: true })
  scopes!: Scope[];

  @Column('text', { array: true, nullable: true })
  models!: string[] | null;

  @Column('text', { nullable: true })
  owner!: string | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Index('token_expires', { where: `"expires_at" IS NOT NULL` })
  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt!: Date | null;

  @Column('timestamptz', { name: 'last_used_at', nullable: true })
  lastUsedAt!: Date | null;
}
