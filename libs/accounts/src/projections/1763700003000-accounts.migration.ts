import { grantAcrossTenants, handOverFunction, protectTenantTable } from '@app/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Accounts belong to the instance: all rows carry its organization. */
const OF_THE_INSTANCE = `organization_id uuid not null check (organization_id = '00000000-0000-0000-0000-000000000000')`;

export class Accounts1763700003000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table accounts (
        ${OF_THE_INSTANCE},
        account_id uuid not null,
        email text not null,
        email_key text not null,
        name text not null,
        salt bytea not null,
        created_at timestamptz not null,
        primary key (organization_id, account_id),
        unique (organization_id, email_key)
      )`);
    await protectTenantTable(runner, 'accounts', { application: ['select', 'insert'] });

    await runner.query(`
      create table account_passwords (
        ${OF_THE_INSTANCE},
        account_id uuid not null,
        hash text not null,
        changed_at timestamptz not null,
        primary key (organization_id, account_id),
        foreign key (organization_id, account_id) references accounts on delete cascade
      )`);
    await protectTenantTable(runner, 'account_passwords', { application: ['select', 'insert'] });

    await runner.query(`
      create table instance_owners (
        ${OF_THE_INSTANCE},
        account_id uuid not null,
        since timestamptz not null,
        primary key (organization_id, account_id)
      )`);
    await protectTenantTable(runner, 'instance_owners', { application: ['select', 'insert'] });

    await runner.query(`
      create table throttles (
        ${OF_THE_INSTANCE},
        purpose text not null,
        subject bytea not null,
        hits timestamptz[] not null,
        expires_at timestamptz not null,
        primary key (organization_id, purpose, subject)
      )`);
    await runner.query(`create index throttles_expiry on throttles (organization_id, expires_at)`);
    await protectTenantTable(runner, 'throttles', { application: ['select', 'insert', 'update', 'delete'] });

    await this.#sessions(runner);
  }

  async #sessions(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table sessions (
        ${OF_THE_INSTANCE},
        session_id uuid not null,
        account_id uuid not null,
        digest bytea not null,
        created_at timestamptz not null,
        last_seen_at timestamptz not null,
        expires_at timestamptz not null,
        primary key (organization_id, session_id),
        unique (organization_id, digest),
        foreign key (organization_id, account_id) references accounts on delete cascade
      )`);
    await runner.query(`create index sessions_of_account on sessions (organization_id, account_id, session_id desc)`);
    await runner.query(`create index sessions_last_seen on sessions (organization_id, last_seen_at)`);
    // Rows are deleted with `for update skip locked`, which takes the right to change them.
    await protectTenantTable(runner, 'sessions', { application: ['select', 'insert', 'update', 'delete'] });

    await grantAcrossTenants(runner, { role: 'gw_lookup', table: 'sessions', statements: ['select', 'update'] });
    // The condition on the age stands on the row to be changed, so that of many requests at once only the first writes.
    await runner.query(`
      create function find_session(digest bytea) returns table (session_id uuid, account_id uuid)
        language sql volatile security definer
        as $$
          with live as (
            select s.organization_id, s.session_id, s.account_id
              from sessions s
             where s.organization_id = '00000000-0000-0000-0000-000000000000'
               and s.digest = $1
               and s.expires_at > now()
               and s.last_seen_at > now() - interval '7 days'
          ), seen as (
            update sessions s
               set last_seen_at = now()
              from live
             where s.organization_id = live.organization_id
               and s.session_id = live.session_id
               and s.last_seen_at < now() - interval '1 minute'
          )
          select live.session_id, live.account_id from live
        $$`);
    await handOverFunction(runner, 'find_session(bytea)', 'gw_lookup');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop function find_session(bytea)`);
    await runner.query(`drop table sessions, throttles, instance_owners, account_passwords, accounts`);
  }
}
