import request from 'supertest';

import { createEmptyDatabase, type TestDatabase } from '../support/database.js';
import { type HttpApp, startHttpApp } from '../support/http-app.js';

describe('probes', () => {
  let database: TestDatabase;
  let api: HttpApp;

  beforeEach(async () => {
    database = await createEmptyDatabase();
    api = await startHttpApp({ databaseUrl: database.url, controllers: [] });
  });
  afterEach(async () => {
    await api.close();
    await database.drop();
  });
  const probe = async (path: string) => {
    const { status, body } = await request(api.server).get(path).set('host', '10.0.0.7:3000');
    return [status, body.code ?? body.status];
  };

  it('say ok to any Host while the database answers', async () => {
    expect(await probe('/livez')).toEqual([200, 'ok']);
    expect(await probe('/readyz')).toEqual([200, 'ok']);
  });

  it('say not ready, but alive, when the database is gone', async () => {
    await database.drop();
    expect(await probe('/readyz')).toEqual([503, 'SERVICE_UNAVAILABLE']);
    expect(await probe('/livez')).toEqual([200, 'ok']);
  });

  it('say not ready as soon as the process stops, and answers ask to close their connections', async () => {
    api.readiness.startDraining();
    expect(await probe('/readyz')).toEqual([503, 'SERVICE_UNAVAILABLE']);
    const { headers } = await request(api.server).get('/livez').set('connection', 'keep-alive');
    expect(headers['connection']).toBe('close');
  });
});
