import type { INestApplication } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { declaredRoutes } from '@app/platform';

import { addExamples } from './openapi-examples.js';
import { addErrors, ERROR_SCHEMAS } from './openapi-errors.js';
import { addAccess, SECURITY_SCHEMES } from './openapi-access.js';
import { addPathParameters } from './openapi-parameters.js';
import { indexRoutes } from './openapi-routes.js';
import metadata from './metadata.js';

const DESCRIPTION = `One door between applications and model providers: who may call what, for how much and with which content
is decided here, and everything that happened can be read back.

**Start:** sign up, create an organization, a project and a key, then send \`POST /v1/chat/completions\` with
\`Authorization: Bearer csk_…\`. Model \`sandbox/echo\` needs no provider.

**Conventions:** ids are TypeIDs (\`prj_…\`), times RFC 3339 in UTC, money a decimal USD string. Lists answer
\`{ data, nextCursor }\` and take \`limit\` (50, at most 200) and \`cursor\`. A POST that documents an \`Idempotency-Key\`
gives the first answer for 24 hours to the same key and body. What has an \`ETag\` obeys \`If-Match\`; other changes
refuse a version in it (400). Every answer has \`X-Request-Id\`. All \`/v1\` routes answer under
\`/api/v1\` too.

**Limits:** 100 header fields of 16 kB together; bodies of 1 MB, AI calls 10 MB; 10 seconds for the header, 60 for the
whole request. A header field that means one thing (\`Host\`, \`Authorization\`, \`Content-Type\`, …) is refused when it is
repeated, two different credentials are 401. Management routes answer under the host name of \`PUBLIC_URL\` only: 421.`;

const TITLE = 'AI gateway';

/** The OpenAPI 3.1 document of a running (or preview) application. */
export const describeApi = async (app: INestApplication): Promise<OpenAPIObject> => {
  await SwaggerModule.loadPluginMetadata(metadata);
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle(TITLE)
    .setDescription(DESCRIPTION)
    .setVersion('1')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addServer('/', 'This instance')
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    operationIdFactory: (controller, handler) => `${controller}.${handler}`,
    extraModels: [...ERROR_SCHEMAS],
  });
  document.components = { ...document.components, securitySchemes: SECURITY_SCHEMES };
  const operations = indexRoutes(document, declaredRoutes(app.get(ModulesContainer)));
  addPathParameters(operations);
  addAccess(operations);
  addErrors(document, operations);
  addExamples(document, operations);
  return document;
};

/** Swagger UI at `/docs`, from our own origin and without any other. */
export const serveDocuments = (app: INestApplication, document: OpenAPIObject): void => {
  SwaggerModule.setup('docs', app, document, {
    jsonDocumentUrl: 'docs/openapi.json',
    raw: ['json'],
    customSiteTitle: TITLE,
    swaggerOptions: {
      persistAuthorization: false,
      displayRequestDuration: true,
      tagsSorter: 'alpha',
      validatorUrl: null,
    },
  });
};
