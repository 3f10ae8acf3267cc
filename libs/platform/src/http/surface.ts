/** Families of routes with rules of their own for credentials, cookies, CORS, Host and bodies. */
export type Surface =
  /** AI and memory calls: keys, CORS, any Host, bodies up to 10 MB handed over as bytes. */
  | 'runtime'
  /** Read access with the project key over Basic auth. */
  | 'public-api'
  /** People, dashboards and keys that manage their own project. */
  | 'management'
  /** Swagger UI and the OpenAPI document. */
  | 'documents'
  /** `/livez` and `/readyz`. */
  | 'probe';

/** How `error` looks in an answer: a string, OpenAI's object, Anthropic's object. */
export type ErrorFamily = 'flat' | 'openai' | 'anthropic';

const OPENAI_SHAPED = new Set(['chat', 'completions', 'embeddings', 'models', 'responses', 'moderations']);
const RUNTIME_FLAT = new Set(['metrics', 'health']);

/** `/api/v1/…` are the same routes as `/v1/…`: the server rewrites the target, so only one of them is registered. */
export const canonicalTarget = (target: string): string =>
  target.startsWith('/api/v1/') ? target.slice('/api'.length) : target;

/** The path of a request target. */
export const pathOf = (target: string): string => {
  const end = target.search(/[?#]/);
  return end === -1 ? target : target.slice(0, end);
};

const segmentsOf = (path: string): readonly string[] => canonicalTarget(path).split('/').slice(1);

/** The surface of a path or route pattern. What is not known belongs to management, which has the strictest rules. */
export const surfaceOf = (path: string): Surface => {
  const [first, second = ''] = segmentsOf(path);
  if (first === 'v1' && (OPENAI_SHAPED.has(second) || RUNTIME_FLAT.has(second) || second === 'messages')) {
    return 'runtime';
  }
  if (first === 'api' && (second === 'ai' || second === 'memory')) return 'runtime';
  if (first === 'api' && second === 'public') return 'public-api';
  if (first === 'docs') return 'documents';
  if (first === 'livez' || first === 'readyz') return 'probe';
  return 'management';
};

/**
 * The rendering of a path's errors. `/api/v1/embeddings` is the one exception to the alias: the clients that call it
 * there decode `error` as a string, while OpenAI clients call `/v1/embeddings`.
 */
export const errorFamilyOf = (path: string): ErrorFamily => {
  if (path === '/api/v1/embeddings') return 'flat';
  const [first, second = ''] = segmentsOf(path);
  if (first !== 'v1') return 'flat';
  if (second === 'messages') return 'anthropic';
  return OPENAI_SHAPED.has(second) ? 'openai' : 'flat';
};
