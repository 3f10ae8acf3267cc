import {
  type Access,
  CurrentAccess,
  Public,
  RequirePermission,
  RequirePrincipal,
  RequireSession,
  RuntimeRoute,
} from '@app/platform';
import { Controller, Get, Post, type Type } from '@nestjs/common';
import request, { type Test } from 'supertest';

import { createEmptyDatabase, type TestDatabase } from '../support/database.js';
import { type HttpApp, startHttpApp, WORLD } from '../support/http-app.js';

@Controller('v1')
class ThrowAwayController {
  @Public()
  @Get('open')
  open() {
    return { open: true };
  }

  @RequireSession()
  @Get('me')
  me(@CurrentAccess() { principal }: Access) {
    return principal;
  }

  @RequirePrincipal()
  @Get('projects')
  list(@CurrentAccess() { principal }: Access) {
    return { type: principal.type };
  }

  @RequirePermission('projects:read')
  @Get('projects/:projectId')
  read(@CurrentAccess() access: Access) {
    return { organizationId: access.organizationId, projectId: access.projectId };
  }

  @RequirePermission('projects:update')
  @Post('projects/:projectId/things')
  write() {
    return {};
  }

  @RequirePermission('organizations:read')
  @Get('organizations/:organizationId')
  organization() {
    return {};
  }
}

@Controller('v1/models')
@RuntimeRoute()
class ThrowAwayRuntimeController {
  @Get()
  list() {
    return { reached: true };
  }
}

describe('access to routes', () => {
  let database: TestDatabase;
  let api: HttpApp;
  const start = (config = {}, controllers: Type[] = [ThrowAwayController, ThrowAwayRuntimeController]) =>
    startHttpApp({ databaseUrl: database.url, controllers, config });
  const get = (path: string): Test => request(api.server).get(path);
  const as = (path: string) => get(path).set('authorization', 'Bearer ses_owner');
  const things = `/v1/projects/${WORLD.project}/things`;

  beforeAll(async () => {
    database = await createEmptyDatabase();
    api = await start();
  });
  afterAll(async () => {
    await api.close();
    await database.drop();
  });

  describe('at start', () => {
    class Undeclared {
      forgotten() {
        return {};
      }
    }
    const route = (path: string, ...access: MethodDecorator[]): Type => {
      class Broken extends Undeclared {}
      const handler = { value: () => ({}), writable: true, configurable: true };
      Object.defineProperty(Broken.prototype, 'forgotten', handler);
      for (const decorate of [...access, Get(path)]) decorate(Broken.prototype, 'forgotten', handler);
      Controller()(Broken);
      return Broken;
    };

    it.each([
      ['declares no access', 'v1/things', []],
      ['asks for a permission on nothing', 'v1/things', [RequirePermission('projects:read')]],
      ['asks for a permission on two things', 'v1/:organizationId/:projectId', [RequirePermission('projects:read')]],
      ['is a runtime route on a management path', 'v1/things', [RuntimeRoute()]],
      ['asks for a session on a runtime path', 'v1/models/mine', [RequireSession()]],
    ])('refuses and names a route that %s', async (_case, path, access) => {
      await expect(start({}, [route(path, ...access)])).rejects.toThrow(new RegExp(`GET /${path}`));
    });
  });

  describe('credentials', () => {
    it.each([
      ['Authorization: Bearer', { authorization: 'Bearer ses_owner' }],
      ['a scheme in capitals', { authorization: 'BEARER   ses_owner' }],
      ['CENCORI_API_KEY', { CENCORI_API_KEY: ' csk_secret ' }],
      ['a secret key as Bearer', { authorization: 'Bearer csk_secret' }],
      ['the same key twice', { CENCORI_API_KEY: 'csk_secret', authorization: 'Bearer csk_secret' }],
      ['a key beside somebody else’s token', { CENCORI_API_KEY: 'csk_secret', authorization: 'Bearer eyJhbGciOi' }],
      ['a key beside Basic', { CENCORI_API_KEY: 'csk_secret', authorization: 'Basic dTpw' }],
    ])('are taken from %s', async (_case, headers) => {
      await get('/v1/projects').set(headers).expect(200);
    });

    it.each([
      ['nothing', {}],
      ['an unknown token', { authorization: 'Bearer ses_unknown' }],
      ['a foreign token', { authorization: 'Bearer sk-proj-1' }],
      ['an empty one', { authorization: 'Bearer ' }],
      ['Basic', { authorization: 'Basic YXBpLWtleTpjcGo=' }],
      ['two different keys', { CENCORI_API_KEY: 'csk_secret', authorization: 'Bearer csk_other' }],
      ['a key and a session', { CENCORI_API_KEY: 'csk_secret', authorization: 'Bearer ses_owner' }],
    ])('answer 401 SESSION_REQUIRED for %s', async (_case, headers) => {
      const { status, body } = await get('/v1/projects').set(headers);
      expect([status, body.code]).toEqual([401, 'SESSION_REQUIRED']);
    });

    it('answers 401 INVALID_API_KEY for a key that is unknown or revoked', async () => {
      const { status, body } = await get('/v1/projects').set('authorization', 'Bearer csk_unknown');
      expect([status, body.code]).toEqual([401, 'INVALID_API_KEY']);
    });

    it.each([
      ['a secret key on a route for people', '/v1/me', 'csk_secret', 'session'],
      ['a publishable key', '/v1/projects', 'cpk_publishable', 'secret key or session'],
      ['an agent key', `/v1/projects/${WORLD.project}`, 'cake_agent', 'secret key or session'],
    ])('answer 403 INSUFFICIENT_PERMISSIONS for %s', async (_case, path, token, required) => {
      const { status, body } = await get(path).set('authorization', `Bearer ${token}`);
      expect([status, body.code, body.details]).toEqual([403, 'INSUFFICIENT_PERMISSIONS', { required }]);
    });

    it('lets runtime routes judge keys by themselves', async () => {
      await get('/v1/models').expect(200, { reached: true });
    });
  });

  describe('targets', () => {
    it('gives the controller what the guard found', async () => {
      await as(`/v1/projects/${WORLD.project}`).expect(200, {
        organizationId: WORLD.organization,
        projectId: WORLD.project,
      });
    });

    it('answers foreign, unknown and malformed ids with the same bytes', async () => {
      const paths = [
        `/v1/projects/${WORLD.foreignProject}`,
        `/v1/projects/${WORLD.unknownProject}`,
        `/v1/projects/${WORLD.organization}`,
        '/v1/projects/1',
        "/v1/projects/'%20or%201=1",
        '/v1/projects/%00',
        `/v1/projects/${'x'.repeat(400)}`,
        `/v1/organizations/${WORLD.foreignOrganization}`,
        '/v1/organizations/x',
      ];
      const answers = await Promise.all(paths.map((path) => as(path)));
      const [first, ...others] = answers.map(({ status, text, body }) => [
        status,
        text.replace(String(body.requestId), 'req'),
      ]);
      expect(first?.[0]).toBe(404);
      expect(new Set(others.map(String))).toEqual(new Set([String(first)]));
    });

    it('names the missing permission', async () => {
      const { status, body } = await request(api.server)
        .post(things)
        .set('authorization', 'Bearer ses_viewer')
        .send({});
      expect([status, body.code, body.details]).toEqual([
        403,
        'INSUFFICIENT_PERMISSIONS',
        { permission: 'projects:update' },
      ]);
    });
  });
});
