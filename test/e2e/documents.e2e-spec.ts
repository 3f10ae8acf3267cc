import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { declaredRoutes } from '@app/platform';
import { ModulesContainer } from '@nestjs/core';
import request from 'supertest';

import { startTestApp, type TestApp } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const inGit = readFileSync(resolve(__dirname, '../../docs/openapi.json'), 'utf8');

/** `/v1/projects/:projectId` and `/v1/models/*` as the document writes them. */
const templateOf = (pattern: string): string => pattern.replace(/:(\w+)/g, '{$1}').replace(/\*$/, '{path}');

describe('the documents of a running api', () => {
  let database: TestDatabase;
  let api: TestApp;

  beforeAll(async () => {
    database = await createTestDatabase();
    api = await startTestApp({ database });
  });
  afterAll(async () => {
    await api?.close();
    await database.drop();
  });

  it('are the OpenAPI document in git', async () => {
    const { status, body } = await request(api.server).get('/docs/openapi.json');
    expect(status).toBe(200);
    expect(JSON.stringify(body) === JSON.stringify(JSON.parse(inGit))).toBe(true);
  });

  it('have every route the application serves', async () => {
    const { paths } = JSON.parse(inGit) as { paths: Record<string, object> };
    const documented = Object.entries(paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const served = declaredRoutes(api.app.get(ModulesContainer)).flatMap(({ method, paths: patterns }) =>
      patterns.map((pattern) => `${method} ${templateOf(pattern)}`),
    );
    expect(documented.toSorted()).toEqual(served.toSorted());
  });

  it('are shown by Swagger UI from our own origin alone, under a policy without inline scripts', async () => {
    for (const path of ['/docs', '/docs/']) {
      const { status, text, headers } = await request(api.server).get(path);
      expect([status, headers['content-type']]).toEqual([200, 'text/html']);
      expect(headers['content-security-policy']).toContain("script-src 'self'; ");
      expect(text).not.toMatch(/<script(?![^>]*\ssrc=)[^>]*>|\son\w+=|(?:src|href)="(?:https?:)?\/\//);
      const sources = Array.from(text.matchAll(/(?:src|href)="([^"#]+)"/g), ([, source]) => source ?? '');
      expect(sources.length).toBeGreaterThan(3);
      for (const source of sources) {
        const asset = new URL(source, `http://localhost:3000${path}`).pathname;
        expect({ asset, status: (await request(api.server).get(asset)).status }).toEqual({ asset, status: 200 });
      }
    }
  });

  it.each([
    ['/docs/nothing', 'NOT_FOUND'],
    ['/docs-json', 'NOT_FOUND'],
    ['/docs/..%2f..%2fpackage.json', 'NOT_FOUND'],
    ['/docs/%2e%2e/%2e%2e/package.json', 'INSUFFICIENT_PERMISSIONS'],
  ])('end there: %s is %s', async (path, code) => {
    const { body } = await request(api.server).get(path);
    expect(body.code).toBe(code);
  });
});
