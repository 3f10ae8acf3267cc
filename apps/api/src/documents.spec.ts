import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import type { OpenAPIObject } from '@nestjs/swagger';

import { apiDocument } from './api-document.js';
import { errorsPage } from './errors-page.js';

const inGit = (path: string): string => readFileSync(resolve(__dirname, '../../..', path), 'utf8');

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

describe('docs/errors.md', () => {
  it('is what the error catalogue says: npm run generate', () => {
    expect(inGit('docs/errors.md')).toBe(errorsPage());
  });
});

describe('docs/openapi.json', () => {
  let document: OpenAPIObject;
  const operations = () =>
    Object.entries(document.paths).flatMap(([path, item]) =>
      METHODS.flatMap((method) => {
        const operation = item[method];
        return operation === undefined ? [] : [{ name: `${method} ${path}`, operation }];
      }),
    );

  beforeAll(async () => {
    document = await apiDocument();
  });

  it('is what the routes say: npm run generate', () => {
    const isCurrent = inGit('docs/openapi.json') === `${JSON.stringify(document, null, 2)}\n`;
    expect({ isCurrent }).toEqual({ isCurrent: true });
  });

  it('is OpenAPI 3.1 with a summary, credentials and an error for every route', () => {
    expect(document.openapi).toBe('3.1.0');
    for (const { name, operation } of operations()) {
      const statuses = Object.keys(operation.responses);
      expect({ name, summary: operation.summary ?? '' }).not.toEqual({ name, summary: '' });
      expect({ name, security: operation.security }).toEqual({ name, security: expect.any(Array) });
      expect({ name, statuses: statuses.filter((status) => status < '300') }).not.toEqual({ name, statuses: [] });
      if (!name.endsWith('/livez'))
        expect({ name, statuses }).toEqual({ name, statuses: expect.arrayContaining(['503']) });
    }
  });

  it('gives every request body a whole example', () => {
    for (const { name, operation } of operations()) {
      const { requestBody } = operation;
      if (requestBody === undefined || '$ref' in requestBody) continue;
      const { example, examples } = requestBody.content['application/json'] ?? {};
      expect({ name, example: example ?? examples }).not.toEqual({ name, example: undefined });
    }
  });

  it('refers to nothing that it does not have', () => {
    const text = JSON.stringify(document);
    const targets = new Set(Array.from(text.matchAll(/"\$ref":"#\/([^"]+)"/g), ([, target]) => target ?? ''));
    expect(targets.size).toBeGreaterThan(10);
    for (const target of targets) {
      const found = target
        .split('/')
        .reduce<unknown>((node, part) => (node as Record<string, unknown>)[part], document);
      expect({ target, found: typeof found }).toEqual({ target, found: 'object' });
    }
  });

  it('names each operation once', () => {
    const ids = operations().map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
