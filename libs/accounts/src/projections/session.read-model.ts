import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A signed-in browser or program; ending a session deletes its row. */
@Entity('sessions')
export class SessionReadModel {
  @PrimaryColumn('uuid', { name: 'organization_id' })
  organizationId: string;

  @PrimaryColumn('uuid', { name: 'session_id' })
  sessionId: string;

  @Column('uuid', { name: 'account_id' })
  accountId: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  /** Right to a minute. */
  @Column('timestamptz', { name: 'last_seen_at' })
  lastSeenAt: Date;

  /** When it ends however much it is used. */
  @Column('timestamptz', { name: 'expires_at' })
  expiresAt: Date;
}
