import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import type { OpenAPIObject } from '@nestjs/swagger';

import { apiDocument } from './api-document.js';
import { errorsPage } from './errors-page.js';

const inGit = (path: string): string => readFileSync(resolve(__dirname, '../../..', path), 'utf8');

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

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
      const mayFail = name === 'get /livez' || statuses.includes('503');
      expect({ name, mayFail }).toEqual({ name, mayFail: true });
    }
  });

  const headersOf = (operation: Operation) =>
    (operation.parameters ?? []).flatMap((parameter) =>
      'in' in parameter && parameter.in === 'header' ? [parameter.name] : [],
    );
  const withHeader = (header: string) =>
    operations().flatMap(({ name, operation }) => (headersOf(operation).includes(header) ? [name] : []));

  it('offers Idempotency-Key where answers are kept, with the refusals that may follow', () => {
    const names = withHeader('Idempotency-Key');
    expect(names).toContain('post /v1/organizations');
    expect(names).not.toContain('post /v1/projects/{projectId}/providers/{provider}/test');
    for (const { name, operation } of operations().filter(({ name: one }) => names.includes(one))) {
      const text = JSON.stringify(operation.responses);
      const codes = ['IDEMPOTENCY_OUTCOME_UNKNOWN', 'IDEMPOTENCY_MISMATCH'].filter((code) => text.includes(code));
      expect({ name, codes }).toEqual({ name, codes: ['IDEMPOTENCY_OUTCOME_UNKNOWN', 'IDEMPOTENCY_MISMATCH'] });
      expect({ name, waits: text.includes('IDEMPOTENCY_IN_PROGRESS') }).toEqual({ name, waits: false });
    }
  });

  it('shows the ETag of what is read and changed, and If-Match where it is obeyed', () => {
    const versioned = operations().flatMap(({ name, operation }) =>
      JSON.stringify(operation.responses).includes('"ETag"') ? [name] : [],
    );
    expect(versioned.toSorted()).toEqual([
      'get /v1/organizations/{organizationId}',
      'get /v1/projects/{projectId}/settings',
      'patch /v1/organizations/{organizationId}',
      'patch /v1/projects/{projectId}/settings',
    ]);
    expect(withHeader('If-Match')).toEqual(
      expect.arrayContaining(versioned.filter((name) => name.startsWith('patch'))),
    );
    expect(withHeader('If-Match')).toHaveLength(2);
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
