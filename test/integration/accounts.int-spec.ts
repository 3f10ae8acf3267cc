import { createHmac } from 'node:crypto';

import { SignIn, SignUp, type SignedIn, SessionResolver } from '@app/accounts';
import { idOf } from '@app/kernel';
import { Secret } from '@app/platform';
import type { INestApplicationContext } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { Client } from 'pg';

import { createTestDatabase, type TestDatabase, withClient } from '../support/database.js';
import { codeOf, peopleMigrations, requestFrom, startPeople } from '../support/people.js';

const PASSWORD = 'correct horse battery staple';

describe('accounts', () => {
  let database: TestDatabase;
  let node: INestApplicationContext;
  let otherNode: INestApplicationContext;

  beforeAll(async () => {
    database = await createTestDatabase(peopleMigrations);
    [node, otherNode] = await Promise.all([startPeople(database.url), startPeople(database.url)]);
  });
  afterAll(async () => {
    await Promise.all([node.close(), otherNode.close()]);
    await database.drop();
  });

  const signUp = (email: string, ip = '203.0.113.1', on = node): Promise<SignedIn> =>
    on.get(CommandBus).execute(new SignUp({ email, password: new Secret(PASSWORD), name: 'Ada' }, requestFrom(ip)));
  const signIn = (email: string, password: string, ip = '203.0.113.1', on = node): Promise<SignedIn> =>
    on.get(CommandBus).execute(new SignIn({ email, password: new Secret(password) }, requestFrom(ip)));
  const rows = async <Row extends object>(sql: string, values: unknown[] = []): Promise<Row[]> => {
    let found: Row[] = [];
    await withClient(database.adminUrl, async (client: Client) => {
      found = (await client.query<Row>(sql, values)).rows;
    });
    return found;
  };

  it('names the first account of an embedded instance its owner, also when two sign up at once', async () => {
    await Promise.all([signUp('first@example.com'), signUp('second@example.com', '203.0.113.2', otherNode)]);
    const owners = await rows<{ email: string; first: boolean }>(
      `select email, created_at = (select min(created_at) from accounts) as first
         from instance_owners join accounts using (organization_id, account_id)`,
    );
    expect(owners).toEqual([{ email: expect.stringMatching(/first|second/), first: true }]);
    expect(await rows(`select from events where type = 'InstanceOwnerNamed'`)).toHaveLength(1);
  });

  it.each([
    ['of an instance that is not embedded', { embedded: false }],
    ['where the operator named the owner', { instanceOwnerEmail: 'operator@example.com' }],
  ])('makes nobody the owner %s, not even when that changes later', async (_, settings) => {
    const fresh = await createTestDatabase(peopleMigrations);
    for (const [email, config] of [
      ['early@example.com', settings],
      ['late@example.com', {}],
    ] as const) {
      const freshNode = await startPeople(fresh.url, config);
      await signUp(email, '203.0.113.1', freshNode);
      await freshNode.close();
    }
    await withClient(fresh.adminUrl, async (client) => {
      expect((await client.query('select from instance_owners')).rowCount).toBe(0);
    });
    await fresh.drop();
  });

  it('gives one address one account, however many sign up with it at once on several nodes', async () => {
    const spellings = ['Grace@Example.com', 'grace@example.com', 'GRACE@EXAMPLE.COM', ' grace@example.com'];
    const codes = await Promise.all(
      spellings.map((email, i) => codeOf(signUp(email, `203.0.113.${i}`, i % 2 ? node : otherNode))),
    );
    expect(codes.toSorted()).toEqual(['CONFLICT', 'CONFLICT', 'CONFLICT', 'ok']);
    expect(await rows(`select from accounts where email_key = 'grace@example.com'`)).toHaveLength(1);
  });

  it('leaves nothing behind of a sign-up that was refused', async () => {
    const before = await rows('select account_id from accounts union all select account_id from sessions');
    const eventsBefore = await rows('select from events');
    await expect(signUp('grace@example.com')).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('sign in instead'),
    });
    expect(await rows('select account_id from accounts union all select account_id from sessions')).toEqual(before);
    expect(await rows('select from events')).toHaveLength(eventsBefore.length);
  });

  it('keeps the person out of the event: only hashes under the salt in the row of the account', async () => {
    for (const email of ['hedy@example.com', 'hedy@example.org']) await signUp(email);
    const events = await rows<{ data: Record<string, string> }>(
      `select data from events where type = 'AccountCreated'`,
    );
    const accounts = await rows<{ account_id: string; email: string; name: string; salt: Buffer }>(
      `select account_id, email, name, salt from accounts where email like 'hedy@%'`,
    );
    const found = accounts.map(({ account_id: id, email, name, salt }) => {
      const data = events.map((event) => event.data).find(({ accountId }) => accountId === idOf('usr', id));
      const hashOf = (text: string) => createHmac('sha256', salt).update(text).digest('hex');
      expect(data).toEqual({ accountId: idOf('usr', id), emailHash: hashOf(email), nameHash: hashOf(name) });
      return data?.nameHash;
    });
    expect(new Set(found).size).toBe(2);
  });

  it('limits sign-up by client address over all nodes, and other addresses not at all', async () => {
    const [here, there] = await Promise.all([
      startPeople(database.url, { signUpPerMinute: 3 }),
      startPeople(database.url, { signUpPerMinute: 3 }),
    ]);
    const codes = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        codeOf(signUp(`flood${i}@example.com`, '198.51.100.7', i % 2 ? here : there)),
      ),
    );
    expect(codes.filter((code) => code === 'ok')).toHaveLength(3);
    expect(codes.filter((code) => code === 'RATE_LIMIT_EXCEEDED')).toHaveLength(5);
    expect(await codeOf(signUp('elsewhere@example.com', '198.51.100.8', here))).toBe('ok');
    await Promise.all([here.close(), there.close()]);
  });

  it('counts ten failures of one account and address before it knows their outcome, whatever node they come to', async () => {
    await signUp('victim@example.com');
    const attempts = Array.from({ length: 25 }, (_, i) =>
      codeOf(signIn('victim@example.com', `guess number ${i}`, '198.51.100.9', i % 2 ? node : otherNode)),
    );
    const codes = await Promise.all(attempts);
    expect(codes.filter((code) => code === 'SESSION_REQUIRED')).toHaveLength(10);
    expect(codes.filter((code) => code === 'RATE_LIMIT_EXCEEDED')).toHaveLength(15);
    expect(await codeOf(signIn('victim@example.com', PASSWORD, '198.51.100.9'))).toBe('RATE_LIMIT_EXCEEDED');
  });

  it('lets the owner in from elsewhere while somebody guesses', async () => {
    expect(await codeOf(signIn('victim@example.com', PASSWORD, '192.0.2.1'))).toBe('ok');
  });

  it('limits guesses at an account that does not exist in the same way', async () => {
    const codes: string[] = [];
    for (let i = 0; i < 11; i += 1) codes.push(await codeOf(signIn('nobody@example.com', PASSWORD, '198.51.100.9')));
    expect(codes).toEqual([...Array(10).fill('SESSION_REQUIRED'), 'RATE_LIMIT_EXCEEDED']);
  });

  it('tells when to come back, and lets in then', async () => {
    const refused = await signIn('nobody@example.com', PASSWORD, '198.51.100.9').catch((error: unknown) => error);
    expect(refused).toMatchObject({ details: { retryAfter: expect.any(Number) } });
    const { retryAfter } = (refused as { details: { retryAfter: number } }).details;
    expect(retryAfter).toBeGreaterThan(880);
    expect(retryAfter).toBeLessThanOrEqual(900);
    await rows(`update throttles set hits = array(select hit - interval '15 minutes' from unnest(hits) hit)`);
    expect(await codeOf(signIn('nobody@example.com', PASSWORD, '198.51.100.9'))).toBe('SESSION_REQUIRED');
  });

  it('forgets failures when the password was right', async () => {
    for (let round = 0; round < 3; round += 1) {
      for (let i = 0; i < 6; i += 1) await codeOf(signIn('hedy@example.com', 'wrong password', '198.51.100.20'));
      expect(await codeOf(signIn('hedy@example.com', PASSWORD, '198.51.100.20'))).toBe('ok');
    }
  });

  it('takes expired throttles and dead sessions away by itself', async () => {
    await rows(`update throttles set expires_at = now() - interval '1 second'`);
    await rows(`update sessions set last_seen_at = now() - interval '8 days'`);
    for (let i = 0; i < 20; i += 1) await codeOf(signIn('hedy@example.com', PASSWORD, `192.0.2.${i + 10}`));
    expect(await rows('select from throttles where expires_at < now()')).toEqual([]);
    expect(await rows(`select from sessions where last_seen_at < now() - interval '7 days'`)).toEqual([]);
  });

  it.each([
    ['30 days after sign-in', `expires_at = now() - interval '1 second'`],
    ['7 days after its last use', `last_seen_at = now() - interval '7 days 1 second'`],
  ])('ends a session %s', async (_, change) => {
    const { token } = await signIn('hedy@example.com', PASSWORD, '192.0.2.200');
    const sessions = node.get(SessionResolver);
    const principal = await sessions.resolve(token);
    expect(principal).toMatchObject({ type: 'user' });
    await rows(`update sessions set ${change}`);
    expect(await sessions.resolve(token)).toBeNull();
  });

  it('notes the use of a session at most once a minute', async () => {
    const { token } = await signIn('hedy@example.com', PASSWORD, '192.0.2.201');
    const lastSeen = () => rows(`select last_seen_at from sessions order by created_at desc limit 1`);
    const sessions = node.get(SessionResolver);
    const first = await lastSeen();
    await sessions.resolve(token);
    expect(await lastSeen()).toEqual(first);
    await rows(`update sessions set last_seen_at = last_seen_at - interval '2 minutes'`);
    await Promise.all(Array.from({ length: 10 }, () => sessions.resolve(token)));
    const [seen] = await rows<{ fresh: boolean }>(
      `select last_seen_at > now() - interval '1 minute' as fresh from sessions order by created_at desc limit 1`,
    );
    expect(seen).toEqual({ fresh: true });
  });

  it('asks no database about a text that cannot be a session token', async () => {
    const unreachable = new SessionResolver({} as never);
    await expect(unreachable.resolve('ses_made-up')).resolves.toBeNull();
    await expect(unreachable.resolve('csk_test_1234')).resolves.toBeNull();
  });
});
