import type { DeclaredRoute } from '@app/platform';
import type { OpenAPIObject } from '@nestjs/swagger';

type PathItem = OpenAPIObject['paths'][string];
export type Operation = NonNullable<PathItem['get']>;

/** An operation of the document beside the route it documents. */
export interface DocumentedRoute {
  readonly path: string;
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  readonly operation: Operation;
  readonly route: DeclaredRoute;
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

const nameOf = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

/** `ProjectsController.create` becomes `projects_create`, and the tag `projects`. */
const publicNames = (operation: Operation): void => {
  const [controller = '', handler = ''] = (operation.operationId ?? '').split('.');
  const subject = nameOf(controller.replace(/Controller$/, ''));
  operation.operationId = `${subject}_${handler}`;
  operation.tags = [subject];
};

/** Joins operations and routes; an operation without its route is a mistake of ours. */
export const indexRoutes = (document: OpenAPIObject, routes: readonly DeclaredRoute[]): readonly DocumentedRoute[] => {
  const byName = new Map(routes.map((route) => [`${route.controller}.${route.handler}`, route]));
  return Object.entries(document.paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      if (operation === undefined) return [];
      const route = byName.get(operation.operationId ?? '');
      if (route === undefined) throw new Error(`the document has an unknown route: ${method} ${path}`);
      publicNames(operation);
      return [{ path, method, operation, route }];
    }),
  );
};
