import { canonicalTarget, errorFamilyOf, pathOf, surfaceOf } from './surface.js';

describe('surfaces', () => {
  it.each([
    ['/v1/chat/completions', 'runtime', 'openai'],
    ['/api/v1/chat/completions', 'runtime', 'openai'],
    ['/v1/models/:model', 'runtime', 'openai'],
    ['/v1/embeddings', 'runtime', 'openai'],
    ['/api/v1/embeddings', 'runtime', 'flat'],
    ['/v1/messages', 'runtime', 'anthropic'],
    ['/v1/messages/count_tokens', 'runtime', 'anthropic'],
    ['/v1/metrics', 'runtime', 'flat'],
    ['/v1/health', 'runtime', 'flat'],
    ['/api/ai/chat', 'runtime', 'flat'],
    ['/api/memory/store', 'runtime', 'flat'],
    ['/api/public/projects/current', 'public-api', 'flat'],
    ['/v1/projects/:projectId', 'management', 'flat'],
    ['/v1/modelsx', 'management', 'flat'],
    ['/v1/me', 'management', 'flat'],
    ['/V1/chat/completions', 'management', 'flat'],
    ['/docs', 'documents', 'flat'],
    ['/docs/openapi.json', 'documents', 'flat'],
    ['/docsx', 'management', 'flat'],
    ['/livez', 'probe', 'flat'],
    ['/readyz', 'probe', 'flat'],
    ['/internal/metrics', 'management', 'flat'],
    ['/', 'management', 'flat'],
    ['', 'management', 'flat'],
  ])('%s belongs to %s, its errors are %s', (path, surface, family) => {
    expect([surfaceOf(path), errorFamilyOf(path)]).toEqual([surface, family]);
  });

  it('rewrites the alias and nothing that only looks like it', () => {
    expect(canonicalTarget('/api/v1/models?a=/api/v1/')).toBe('/v1/models?a=/api/v1/');
    expect(canonicalTarget('/api/v1')).toBe('/api/v1');
    expect(canonicalTarget('/api/ai/v1/')).toBe('/api/ai/v1/');
  });

  it('reads the path of a target', () => {
    expect(['/a?b=/c', '/a#b', '/a'].map(pathOf)).toEqual(['/a', '/a', '/a']);
  });
});
