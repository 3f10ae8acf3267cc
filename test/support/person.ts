import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';

import { type AccountId, idOf, type OrganizationId, uuidOf } from '@app/kernel';
import request, { type Test } from 'supertest';

import { type TestDatabase, withClient } from './database.js';

/** Somebody with a credential, on one node. */
export interface Caller {
  get(path: string): Test;
  post(path: string, body?: object): Test;
  put(path: string, body?: object): Test;
  patch(path: string, body?: object): Test;
  delete(path: string, body?: object): Test;
}

export interface Person extends Caller {
  readonly token: string;
  readonly accountId: AccountId;
}

export interface Owner extends Person {
  readonly organizationId: OrganizationId;
}

/** Sends requests with a session, a token or a key. */
export const callerWith = (server: Server, credential: string): Caller => {
  const authorized = (sending: Test, body?: object): Test => {
    const signed = sending.set('authorization', `Bearer ${credential}`);
    return body === undefined ? signed : signed.send(body);
  };
  return {
    get: (path) => authorized(request(server).get(path)),
    post: (path, body) => authorized(request(server).post(path), body),
    put: (path, body) => authorized(request(server).put(path), body),
    patch: (path, body) => authorized(request(server).patch(path), body),
    delete: (path, body) => authorized(request(server).delete(path), body),
  };
};

/** A new account, signed in. */
export const signUp = async (server: Server): Promise<Person> => {
  const email = `${randomUUID()}@example.com`;
  const answer = await request(server)
    .post('/v1/auth/sign-up')
    .send({ email, password: 'correct horse battery staple', name: 'Ada Lovelace' });
  if (answer.status !== 201) throw new Error(`sign-up answered ${answer.status}: ${answer.text}`);
  const { user, token } = answer.body as { user: { id: AccountId }; token: string };
  return { ...callerWith(server, token), token, accountId: user.id };
};

/** A new account with an organization of its own. */
export const signUpOwner = async (server: Server): Promise<Owner> => {
  const person = await signUp(server);
  const answer = await person.post('/v1/organizations', { name: 'Acme' });
  if (answer.status !== 201) throw new Error(`the organization answered ${answer.status}: ${answer.text}`);
  return { ...person, organizationId: (answer.body as { id: OrganizationId }).id };
};

/** Makes somebody a member behind the application's back. */
export const addMember = (
  database: TestDatabase,
  organizationId: OrganizationId,
  { accountId }: Person,
  role: 'admin' | 'developer' | 'viewer',
): Promise<void> =>
  withClient(database.adminUrl, (client) =>
    client.query('insert into memberships (organization_id, account_id, role, since) values ($1, $2, $3, now())', [
      uuidOf(organizationId),
      uuidOf(accountId),
      role,
    ]),
  );

/** An id that nothing has. */
export const UNKNOWN_PROJECT = idOf('prj', '01936f0a-0000-7000-8000-000000000999');
