import type { DocumentedRoute, Operation } from './openapi-routes.js';

type Parameter = NonNullable<Operation['parameters']>[number];

const EXAMPLES: Readonly<Record<string, string>> = {
  organizationId: 'org_01h455vb4pex5vsknk084sn02q',
  projectId: 'prj_01h455vb4pex5vsknk084sn02q',
  apiKeyId: 'key_01h455vb4pex5vsknk084sn02q',
  requestId: 'req_01h455vb4pex5vsknk084sn02q',
  sessionId: 'ses_01h455vb4pex5vsknk084sn02q',
  provider: 'openai',
  path: 'sandbox/echo',
};

const isInPath = (parameter: Parameter): boolean => 'in' in parameter && parameter.in === 'path';

const pathParameter = (name: string): Parameter => ({
  name,
  in: 'path',
  required: true,
  schema: { type: 'string', ...(EXAMPLES[name] === undefined ? {} : { example: EXAMPLES[name] }) },
});

/**
 * Path parameters come from the path itself: a controller need not read those the guard has read, and a wildcard has
 * another name there than in the document.
 */
export const addPathParameters = (routes: readonly DocumentedRoute[]): void => {
  for (const { path, operation } of routes) {
    const names = Array.from(path.matchAll(/\{(\w+)\}/g), ([, name]) => name ?? '');
    const others = (operation.parameters ?? []).filter((parameter) => !isInPath(parameter));
    operation.parameters = [...names.map(pathParameter), ...others];
  }
};
