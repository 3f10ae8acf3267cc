import { RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner, type ModulesContainer } from '@nestjs/core';
import type { ErrorCode } from '@app/kernel';

import { DOCUMENTED_ERRORS } from '../http/documented-errors.js';
import { ROUTE_ACCESS, type RouteAccess } from './route-access.js';
import { marksOf, type RouteMarks } from './route-marks.js';

/** A route as its controller declares it. */
export interface DeclaredRoute extends RouteMarks {
  readonly controller: string;
  readonly handler: string;
  /** `GET`, `POST`, … */
  readonly method: string;
  /** Patterns with a leading slash. */
  readonly paths: readonly string[];
  readonly access: RouteAccess | undefined;
  /** Codes it documents with `@MayFail`. */
  readonly errors: readonly ErrorCode[];
}

type Handler = (...values: unknown[]) => unknown;

const pathsOf = (target: object): readonly string[] => {
  const paths: unknown = Reflect.getMetadata(PATH_METADATA, target);
  return (Array.isArray(paths) ? paths : [paths ?? '']).map(String);
};

const join = (prefix: string, path: string): string =>
  `/${[prefix, path].join('/').split('/').filter(Boolean).join('/')}`;

const routeOf = (controller: Type, name: string, handler: Handler): DeclaredRoute | null => {
  const method: unknown = Reflect.getMetadata(METHOD_METADATA, handler);
  if (typeof method !== 'number') return null;
  const ownAccess: unknown =
    Reflect.getMetadata(ROUTE_ACCESS, handler) ?? Reflect.getMetadata(ROUTE_ACCESS, controller);
  const errors: unknown = Reflect.getMetadata(DOCUMENTED_ERRORS, handler) ?? [];
  return {
    controller: controller.name,
    handler: name,
    method: RequestMethod[method] ?? String(method),
    paths: pathsOf(controller).flatMap((prefix) => pathsOf(handler).map((path) => join(prefix, path))),
    access: ownAccess as RouteAccess | undefined,
    errors: errors as readonly ErrorCode[],
    ...marksOf(handler),
  };
};

const routesOf = (controller: Type): readonly DeclaredRoute[] => {
  const prototype = controller.prototype as Readonly<Record<string, Handler>>;
  return new MetadataScanner().getAllMethodNames(prototype).flatMap((name) => {
    const handler = prototype[name];
    return handler === undefined ? [] : (routeOf(controller, name, handler) ?? []);
  });
};

/** All routes of all controllers of an application, also of one that was made for preview. */
export const declaredRoutes = (modules: ModulesContainer): readonly DeclaredRoute[] =>
  [...modules.values()].flatMap(({ controllers }) =>
    [...controllers.values()].flatMap(({ metatype }) =>
      typeof metatype === 'function' ? routesOf(metatype as Type) : [],
    ),
  );
