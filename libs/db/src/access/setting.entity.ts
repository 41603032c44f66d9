import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What an installation makes once and keeps, such as the key of its receipts. */
@Entity('setting')
export class SettingEntity {
  @PrimaryColumn('text')
  name!: string;

  @Column('text')
  value!: string;
}
