import type { OpenAPIObject } from '@nestjs/swagger';

import type { DocumentedRoute } from './openapi-routes.js';

type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;
type Schema = Exclude<Schemas[string], { $ref: string }>;

const MAX_DEPTH = 8;

/** The example of a schema, put together from the examples of its members; `undefined` when a required one has none. */
const exampleOf = (schema: Schemas[string], schemas: Schemas, depth = 0): unknown => {
  if (depth > MAX_DEPTH) return undefined;
  if ('$ref' in schema) {
    const target = schemas[schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1)];
    return target === undefined ? undefined : exampleOf(target, schemas, depth + 1);
  }
  if (schema.example !== undefined) return schema.example as unknown;
  if (schema.allOf?.length === 1 && schema.allOf[0] !== undefined)
    return exampleOf(schema.allOf[0], schemas, depth + 1);
  if (schema.enum?.[0] !== undefined) return schema.enum[0] as unknown;
  if (schema.properties !== undefined) return exampleOfObject(schema, schemas, depth);
  if ('items' in schema && schema.items !== undefined) {
    const item = exampleOf(schema.items, schemas, depth + 1);
    return item === undefined ? undefined : [item];
  }
  return isNullable(schema) ? null : undefined;
};

const isNullable = (schema: Schema): boolean => Array.isArray(schema.type) && schema.type.includes('null');

const exampleOfObject = (schema: Schema, schemas: Schemas, depth: number): unknown => {
  const members = Object.entries(schema.properties ?? {}).map(
    ([name, member]) => [name, exampleOf(member, schemas, depth + 1)] as const,
  );
  const missing = members.some(([name, example]) => example === undefined && schema.required?.includes(name));
  return missing ? undefined : Object.fromEntries(members.filter(([, example]) => example !== undefined));
};

/** A member or parameter with a default may be left out, which the compiler's metadata does not know. */
const relaxDefaults = (document: OpenAPIObject, routes: readonly DocumentedRoute[]): void => {
  for (const schema of Object.values(document.components?.schemas ?? {})) {
    if ('$ref' in schema || schema.required === undefined) continue;
    const { properties = {} } = schema;
    const required = schema.required.filter((name) => !('default' in (properties[name] ?? {})));
    if (required.length > 0) schema.required = required;
    else delete schema.required;
  }
  for (const { operation } of routes) {
    for (const parameter of operation.parameters ?? []) {
      if ('schema' in parameter && 'default' in (parameter.schema ?? {})) parameter.required = false;
    }
  }
};

/** Bodies of requests and answers get one whole example each, so that "Try it out" and readers begin with a real one. */
export const addExamples = (document: OpenAPIObject, routes: readonly DocumentedRoute[]): void => {
  const schemas = document.components?.schemas ?? {};
  relaxDefaults(document, routes);
  for (const { operation } of routes) {
    const bodies = [operation.requestBody, ...Object.values(operation.responses)];
    for (const body of bodies) {
      if (body === undefined || '$ref' in body) continue;
      const media = body.content?.['application/json'];
      if (media?.schema === undefined || media.example !== undefined || media.examples !== undefined) continue;
      const example = exampleOf(media.schema, schemas);
      if (example !== undefined) media.example = example;
    }
  }
};
