import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * Everything about a person that is no secret. The account's event holds only hashes of e-mail and name under this
 * row's salt, so erasing the row erases the person. It cannot be rebuilt from events and is no projection.
 */
@Entity('accounts')
export class AccountReadModel {
  @PrimaryColumn('uuid', { name: 'organization_id' })
  organizationId: string;

  @PrimaryColumn('uuid', { name: 'account_id' })
  accountId: string;

  /** As its owner writes it. */
  @Column('text')
  email: string;

  /** What two spellings of one address have in common; unique. */
  @Column('text', { name: 'email_key' })
  emailKey: string;

  @Column('text')
  name: string;

  @Column('bytea', { select: false })
  salt: Buffer;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;
}
