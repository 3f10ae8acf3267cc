/* eslint-disable */
export default async () => {
  const t = {
    ['../../../libs/platform/src/http/error-body.dto']:
      await import('../../../libs/platform/src/http/error-body.dto.js'),
    ['../../../libs/accounts/src/http/accounts.dto']: await import('../../../libs/accounts/src/http/accounts.dto.js'),
    ['../../../libs/projects/src/http/project-settings.dto']:
      await import('../../../libs/projects/src/http/project-settings.dto.js'),
    ['../../../libs/api-keys/src/http/api-keys.dto']: await import('../../../libs/api-keys/src/http/api-keys.dto.js'),
    ['../../../libs/members/src/http/organizations.dto']:
      await import('../../../libs/members/src/http/organizations.dto.js'),
    ['../../../libs/providers/src/http/connect-provider.dto']:
      await import('../../../libs/providers/src/http/connect-provider.dto.js'),
    ['../../../libs/gateway/src/http/chat-completions.dto']:
      await import('../../../libs/gateway/src/http/chat-completions.dto.js'),
    ['../../../libs/gateway/src/http/models.dto']: await import('../../../libs/gateway/src/http/models.dto.js'),
    ['../../../libs/platform/src/http/probes.dto']: await import('../../../libs/platform/src/http/probes.dto.js'),
    ['../../../libs/projects/src/http/project.dto']: await import('../../../libs/projects/src/http/project.dto.js'),
    ['../../../libs/providers/src/http/providers.dto']:
      await import('../../../libs/providers/src/http/providers.dto.js'),
    ['../../../libs/gateway/src/http/requests.dto']: await import('../../../libs/gateway/src/http/requests.dto.js'),
    ['../../../libs/gateway/src/http/health.dto']: await import('../../../libs/gateway/src/http/health.dto.js'),
  };
  return {
    '@nestjs/swagger': {
      models: [
        [
          import('../../../libs/platform/src/http/error-body.dto.js'),
          {
            ErrorFields: {
              code: {
                required: true,
                description: 'Stable code; see the error catalogue.',
                example: 'VALIDATION_FAILED',
                enum: [
                  'VALIDATION_FAILED',
                  'PROVIDER_NOT_CONFIGURED',
                  'MODEL_NOT_FOUND',
                  'UNPRICED_MODEL',
                  'INVALID_API_KEY',
                  'SESSION_REQUIRED',
                  'SPEND_CAP_REACHED',
                  'INSUFFICIENT_CREDITS',
                  'INSUFFICIENT_PERMISSIONS',
                  'DOMAIN_NOT_ALLOWED',
                  'SECURITY_VIOLATION',
                  'MODEL_NOT_ALLOWED',
                  'NOT_FOUND',
                  'METHOD_NOT_ALLOWED',
                  'REQUEST_TIMEOUT',
                  'CONFLICT',
                  'IDEMPOTENCY_IN_PROGRESS',
                  'IDEMPOTENCY_OUTCOME_UNKNOWN',
                  'VERSION_CONFLICT',
                  'BODY_TOO_LARGE',
                  'UNSUPPORTED_MEDIA_TYPE',
                  'MISDIRECTED_REQUEST',
                  'IDEMPOTENCY_MISMATCH',
                  'RATE_LIMIT_EXCEEDED',
                  'HEADERS_TOO_LARGE',
                  'PROVIDER_REJECTED',
                  'PROVIDER_RATE_LIMITED',
                  'PROVIDER_ERROR',
                  'PROVIDER_TIMEOUT',
                  'SERVICE_UNAVAILABLE',
                  'INTERNAL_ERROR',
                ],
              },
              message: {
                required: true,
                type: () => String,
                description: 'One sentence for people. It may change; programs read `code`.',
                example: 'name must be shorter than or equal to 100 characters',
              },
              status: { required: true, type: () => Number, description: 'The HTTP status.', example: 400 },
              requestId: {
                required: true,
                type: () => String,
                description: 'Id of this request, also in the header `X-Request-Id`.',
                example: 'req_01jd9m2v7qe8xa0y5z3k6t4w1c',
              },
              details: {
                required: true,
                type: 'object',
                additionalProperties: true,
                description: 'Facts of the refusal; what they are depends on the code.',
                example: { fields: [{ field: 'name', problem: 'must be shorter than or equal to 100 characters' }] },
              },
            },
            ErrorBody: {
              error: {
                required: true,
                type: () => String,
                description: 'Same as `message`.',
                example: 'name must be shorter than or equal to 100 characters',
              },
            },
            OpenAiErrorObject: {
              message: {
                required: true,
                type: () => String,
                description: 'Same as the outer `message`.',
                example: 'Key is invalid or has been revoked',
              },
              type: {
                required: true,
                type: () => String,
                description: "OpenAI's kind of error.",
                example: 'invalid_request_error',
              },
              code: {
                required: true,
                type: () => String,
                description: 'Same as the outer `code`.',
                example: 'INVALID_API_KEY',
              },
              param: {
                required: true,
                type: () => String,
                nullable: true,
                description: 'Name of the wrong parameter; `null` when none is.',
              },
            },
            OpenAiErrorBody: {
              error: {
                required: true,
                type: () => t['../../../libs/platform/src/http/error-body.dto'].OpenAiErrorObject,
              },
            },
            AnthropicErrorObject: {
              type: {
                required: true,
                type: () => String,
                description: "Anthropic's kind of error.",
                example: 'authentication_error',
              },
              message: {
                required: true,
                type: () => String,
                description: 'Same as the outer `message`.',
                example: 'Key is invalid or has been revoked',
              },
            },
            AnthropicErrorBody: {
              type: { required: true, example: 'error', enum: ['error'] },
              error: {
                required: true,
                type: () => t['../../../libs/platform/src/http/error-body.dto'].AnthropicErrorObject,
              },
              request_id: {
                required: true,
                type: () => String,
                description: 'Same as `requestId`.',
                example: 'req_01jd9m2v7qe8xa0y5z3k6t4w1c',
              },
            },
          },
        ],
        [
          import('../../../libs/platform/src/http/probes.dto.js'),
          {
            ProbeResponse: {
              status: {
                required: true,
                description: '`ok`: alive, or ready for requests.',
                example: 'ok',
                enum: ['ok'],
              },
            },
          },
        ],
        [
          import('../../../libs/platform/src/http/list-query.dto.js'),
          {
            ListQuery: {
              limit: {
                required: true,
                type: () => Number,
                description: 'Rows to answer with, 1 to 200.',
                example: 50,
                default: 50,
                minimum: 1,
                maximum: 200,
              },
              cursor: {
                required: false,
                type: () => String,
                description: '`nextCursor` of the page before.',
                maxLength: 512,
              },
            },
          },
        ],
        [
          import('../../../libs/accounts/src/http/accounts.dto.js'),
          {
            SignUpRequest: {
              email: {
                required: true,
                type: () => String,
                description: 'Address the account belongs to; capitals do not make another one.',
                example: 'ada@example.com',
                maxLength: 254,
                format: 'email',
              },
              password: {
                required: true,
                type: () => String,
                description: '8 to 256 characters; not the e-mail address.',
                example: 'correct horse battery staple',
                minLength: 8,
                maxLength: 256,
              },
              name: {
                required: true,
                type: () => String,
                description: 'Name shown to other members, 1 to 100 characters.',
                example: 'Ada Lovelace',
                minLength: 1,
                maxLength: 100,
              },
            },
            SignInRequest: {
              email: {
                required: true,
                type: () => String,
                description: 'Address of the account.',
                example: 'ada@example.com',
                maxLength: 254,
              },
              password: {
                required: true,
                type: () => String,
                description: 'Password of the account.',
                example: 'correct horse battery staple',
                maxLength: 512,
              },
            },
            UserResponse: {
              id: {
                required: true,
                type: () => String,
                description: 'Id of the account.',
                example: 'usr_01h455vb4pex5vsknk084sn02q',
              },
              email: {
                required: true,
                type: () => String,
                description: 'As its owner writes it.',
                example: 'ada@example.com',
              },
              name: {
                required: true,
                type: () => String,
                description: 'Name shown to other members.',
                example: 'Ada Lovelace',
              },
            },
            SignedInResponse: {
              user: {
                required: true,
                type: () => t['../../../libs/accounts/src/http/accounts.dto'].UserResponse,
                description: 'Who signed in.',
              },
              token: {
                required: true,
                type: () => String,
                description:
                  'Token of the new session, shown this once: send it as `Authorization: Bearer`. Browsers get it as a cookie as well.\nIt ends after 30 days, after 7 days without use, or with sign-out.',
                example: 'ses_4vJ8cQm1RzYtB6nXw0LkPd7Hs2GfUe9AoCi5EbKxMq3W1tZyN',
              },
            },
            MeResponse: {
              instanceOwner: {
                required: true,
                type: () => Boolean,
                description:
                  "Whether the account owns the instance. That opens the operator's routes and nothing inside an organization.",
                example: false,
              },
              createdAt: {
                required: true,
                type: () => String,
                description: 'When the account was made.',
                example: '2026-11-20T12:00:00.000Z',
              },
            },
            SessionResponse: {
              id: {
                required: true,
                type: () => String,
                description: 'Id of the session; it opens nothing.',
                example: 'ses_01h455vb4pex5vsknk084sn02q',
              },
              current: {
                required: true,
                type: () => Boolean,
                description: 'Whether it is the session of this request.',
                example: true,
              },
              createdAt: {
                required: true,
                type: () => String,
                description: 'When it began.',
                example: '2026-11-20T12:00:00.000Z',
              },
              lastSeenAt: {
                required: true,
                type: () => String,
                description: 'When it was last used, right to a minute.',
                example: '2026-11-20T12:34:00.000Z',
              },
              expiresAt: {
                required: true,
                type: () => String,
                description: 'When it ends however much it is used.',
                example: '2026-12-20T12:00:00.000Z',
              },
            },
            SessionListResponse: {
              data: {
                required: true,
                type: () => [t['../../../libs/accounts/src/http/accounts.dto'].SessionResponse],
                description: 'Newest first.',
              },
              nextCursor: {
                required: true,
                type: () => String,
                nullable: true,
                description: 'Cursor of the next page; `null` on the last one.',
              },
            },
          },
        ],
        [
          import('../../../libs/projects/src/http/project.dto.js'),
          {
            CreateProjectRequest: {
              name: {
                required: true,
                type: () => String,
                description:
                  'Name for people, 1 to 100 characters. The slug is made of it and must be free in the organization.',
                example: 'Support bot',
                minLength: 1,
                maxLength: 100,
              },
              region: {
                required: false,
                type: () => String,
                description:
                  "Where the project's data is placed: one of the instance's regions, by default the first. It can never be changed.",
                example: 'us-east-1',
              },
              description: {
                required: false,
                type: () => String,
                nullable: true,
                description: 'What the project is for, at most 500 characters.',
                example: 'Answers the questions of our customers',
                maxLength: 500,
              },
            },
            UpdateProjectRequest: {
              name: {
                required: false,
                type: () => String,
                description: 'New name, 1 to 100 characters. The slug stays, it stands in links.',
                example: 'Support bot for Europe',
                minLength: 1,
                maxLength: 100,
              },
              description: {
                required: false,
                type: () => String,
                nullable: true,
                description: 'New description, at most 500 characters; `null` takes it away.',
                example: 'Answers the questions of our customers in Europe',
                maxLength: 500,
              },
            },
            DeleteProjectRequest: {
              confirm: {
                required: true,
                type: () => String,
                description: "The project's present name, typed to confirm.",
                example: 'Support bot',
              },
            },
            ProjectResponse: {
              id: {
                required: true,
                type: () => String,
                description: 'Id of the project.',
                example: 'prj_01h455vb4pex5vsknk084sn02q',
              },
              organizationId: {
                required: true,
                type: () => String,
                description: 'Organization the project belongs to.',
                example: 'org_01h455vb4pex5vsknk084sn02q',
              },
              name: { required: true, type: () => String, description: 'Name for people.', example: 'Support bot' },
              slug: {
                required: true,
                type: () => String,
                description: "Name for links, unique among the organization's projects.",
                example: 'support-bot',
              },
              region: {
                required: true,
                type: () => String,
                description: "Where the project's data is placed.",
                example: 'us-east-1',
              },
              description: {
                required: true,
                type: () => String,
                nullable: true,
                description: 'What the project is for.',
                example: 'Answers the questions of our customers',
              },
              createdAt: {
                required: true,
                type: () => String,
                description: 'RFC 3339, UTC.',
                example: '2026-11-20T12:00:00.000Z',
              },
            },
            ProjectPage: {
              data: { required: true, description: 'Newest first.' },
              nextCursor: {
                required: true,
                type: () => String,
                nullable: true,
                description: 'Cursor of the next page; `null` on the last one.',
              },
            },
            DeletedProjectResponse: {
              id: {
                required: true,
                type: () => String,
                description: 'Id of the project; every route answers 404 for it from now on.',
                example: 'prj_01h455vb4pex5vsknk084sn02q',
              },
              deletedAt: {
                required: true,
                type: () => String,
                description: 'RFC 3339, UTC.',
                example: '2026-11-20T12:00:00.000Z',
              },
            },
          },
        ],
        [
          import('../../../libs/projects/src/http/project-settings.dto.js'),
          {
            SpendCapRequest: {
              monthlyUsd: {
                required: true,
                type: () => Object,
                description:
                  'Ceiling of one calendar month (UTC) in USD: a decimal text or a number with at most 6 decimals, up to 1,000,000,000.',
                example: '50.00',
              },
              enforce: {
                required: false,
                type: () => Boolean,
                description: 'Refuse calls that could pass the cap (the default); `false` only shows it.',
                example: true,
              },
            },
            UpdateProjectSettingsRequest: {
              defaultProvider: {
                required: false,
                type: () => String,
                nullable: true,
                description: 'Provider of calls that name none; `null` for none.',
                example: 'openai',
              },
              defaultModel: {
                required: false,
                type: () => String,
                nullable: true,
                description: 'Model of calls that name none; `null` for none.',
                example: 'gpt-4o-mini',
              },
              requestsPerMinute: {
                required: false,
                type: () => Number,
                description: 'Calls a minute of production keys, 1 to 1,000,000.',
                example: 60,
                minimum: 1,
                maximum: 1000000,
              },
              testRequestsPerMinute: {
                required: false,
                type: () => Number,
                description:
                  'Calls a minute of test keys, 1 to 1,000,000; never more than `requestsPerMinute` in effect.',
                example: 20,
                minimum: 1,
                maximum: 1000000,
              },
              spendCap: {
                required: false,
                type: () => t['../../../libs/projects/src/http/project-settings.dto'].SpendCapRequest,
                nullable: true,
                description: 'Monthly ceiling of what production calls may cost; `null` for none.',
              },
            },
            SpendCapResponse: {
              monthlyUsd: {
                required: true,
                type: () => String,
                description: 'Ceiling of one calendar month (UTC) in USD.',
                example: '50.00',
              },
              enforce: {
                required: true,
                type: () => Boolean,
                description: 'Whether calls that could pass the cap are refused.',
                example: true,
              },
            },
            ProjectSettingsResponse: {
              defaultProvider: {
                required: true,
                type: () => String,
                nullable: true,
                description: 'Provider of calls that name none.',
                example: 'openai',
              },
              defaultModel: {
                required: true,
                type: () => String,
                nullable: true,
                description: 'Model of calls that name none.',
                example: 'gpt-4o-mini',
              },
              requestsPerMinute: {
                required: true,
                type: () => Number,
                description: 'Calls a minute of production keys.',
                example: 60,
              },
              testRequestsPerMinute: {
                required: true,
                type: () => Number,
                description: 'Calls a minute of test keys; the lower of this and `requestsPerMinute` holds.',
                example: 20,
              },
              spendCap: {
                required: true,
                type: () => t['../../../libs/projects/src/http/project-settings.dto'].SpendCapResponse,
                nullable: true,
                description: 'Monthly ceiling of what production calls may cost; `null` for none.',
              },
              version: {
                required: true,
                type: () => Number,
                description: 'Rises with every change of the project; the same number as in the `ETag`.',
                example: 3,
              },
            },
          },
        ],
        [
          import('../../../libs/api-keys/src/http/api-keys.dto.js'),
          {
            CreateApiKeyRequest: {
              name: {
                required: true,
                type: () => String,
                description: 'Name for people, 1 to 100 characters.',
                example: 'Production server',
                minLength: 1,
                maxLength: 100,
              },
              type: {
                required: false,
                description:
                  'What the key may do. `secret` keys belong on a server: they make calls and, outside the test environment, manage\ntheir project.',
                enum: ['secret'],
              },
              environment: {
                required: false,
                description:
                  '`test` keys have a lower limit, cost nothing of cap or wallet and may only read the project.',
                enum: ['production', 'test'],
              },
              expiresAt: {
                required: false,
                type: () => String,
                nullable: true,
                description: 'When the key ends by itself: RFC 3339, in the future; `null` for never.',
                example: '2030-01-01T00:00:00Z',
              },
            },
            RevokeApiKeyRequest: {
              descendants: {
                required: false,
                type: () => Boolean,
                description: 'Revoke the live keys that this key made, directly or through others, as well.',
                example: false,
              },
            },
            CreatorResponse: {
              type: { required: true, enum: ['user', 'api_key', 'system'] },
              id: {
                required: true,
                type: () => String,
                nullable: true,
                description: 'Account or key; `null` for the system.',
                example: 'usr_01h455vb4pex5vsknk084sn02q',
              },
            },
            ApiKeyResponse: {
              id: {
                required: true,
                type: () => String,
                description: 'Id of the key; it opens nothing.',
                example: 'key_01h455vb4pex5vsknk084sn02q',
              },
              name: {
                required: true,
                type: () => String,
                description: 'Name for people.',
                example: 'Production server',
              },
              type: { required: true, description: 'What the key may do.', enum: ['secret', 'publishable', 'agent'] },
              environment: {
                required: true,
                description: 'Which records, limits and costs its calls belong to.',
                enum: ['production', 'test'],
              },
              prefix: {
                required: true,
                type: () => String,
                description: 'Beginning of the key, to tell keys apart.',
                example: 'csk_test_ab12',
              },
              status: {
                required: true,
                description: 'Only an `active` key opens anything.',
                enum: ['active', 'expired', 'revoked'],
              },
              allowedDomains: {
                required: true,
                description:
                  'Origins a publishable key works from; empty for every other type, which works from anywhere.',
              },
              createdAt: {
                required: true,
                type: () => String,
                description: 'RFC 3339, UTC.',
                example: '2026-11-20T12:00:00.000Z',
              },
              createdBy: {
                required: true,
                type: () => t['../../../libs/api-keys/src/http/api-keys.dto'].CreatorResponse,
                description: 'Who made the key.',
              },
              expiresAt: {
                required: true,
                type: () => String,
                nullable: true,
                description: 'When the key ends by itself; `null` for never.',
                example: '2030-01-01T00:00:00.000Z',
              },
              lastUsedAt: {
                required: true,
                type: () => String,
                nullable: true,
                description: 'Last call with the key, right to a minute; `null` as long as none is known.',
              },
              rotationDue: {
                required: true,
                type: () => Boolean,
                description: 'Whether the key is a live secret one older than 90 days. It is never revoked by itself.',
                example: false,
              },
            },
            CreatedApiKeyResponse: {
              key: {
                required: true,
                type: () => String,
                description: 'The key, shown this once: keep it where your server reads secrets.',
                example: 'csk_test_4vJ8cQm1RzYtB6nXw0LkPd7Hs2GfUe9AoCi5EbKxMq3W1tZyN',
              },
            },
            RevokedApiKeyResponse: {
              descendants: {
                required: true,
                type: () => Number,
                description:
                  'Live keys this key made, directly or through others; revoked with it when that was asked.',
                example: 0,
              },
            },
            ApiKeyPage: {
              data: { required: true, description: 'Newest first, revoked and expired ones included.' },
              nextCursor: {
                required: true,
                type: () => String,
                nullable: true,
                description: 'Cursor of the next page; `null` on the last one.',
              },
            },
          },
        ],
        [
          import('../../../libs/members/src/http/organizations.dto.js'),
          {
            OrganizationRequest: {
              name: {
                required: true,
                type: () => String,
                description: 'Name of the organization, 1 to 100 characters.',
                example: 'Acme',
                minLength: 1,
                maxLength: 100,
              },
            },
            OrganizationResponse: {
              id: {
                required: true,
                type: () => String,
                description: 'Id of the organization.',
                example: 'org_01h455vb4pex5vsknk084sn02q',
              },
              name: { required: true, type: () => String, description: 'Name for people.', example: 'Acme' },
              slug: {
                required: true,
                type: () => String,
                description: 'Name for links; stays when the organization is renamed.',
                example: 'acme-084sn02q',
              },
              role: {
                required: true,
                description: 'Role of whoever asks.',
                enum: ['owner', 'admin', 'developer', 'viewer'],
              },
              createdAt: {
                required: true,
                type: () => String,
                description: 'When it was made.',
                example: '2026-11-20T12:00:00.000Z',
              },
            },
            OrganizationListResponse: {
              data: {
                required: true,
                type: () => [t['../../../libs/members/src/http/organizations.dto'].OrganizationResponse],
                description: 'The newest membership first.',
              },
              nextCursor: {
                required: true,
                type: () => String,
                nullable: true,
                description: 'Cursor of the next page; `null` on the last one.',
              },
            },
          },
        ],
        [
          import('../../../libs/providers/src/http/connect-provider.dto.js'),
          {
            OwnModelRequest: {
              id: {
                required: true,
                type: () => String,
                description: "The provider's name of the model, at most 200 visible ASCII characters.",
                example: 'ft:gpt-4o-mini-2024-07-18:acme',
                maxLength: 200,
              },
              inputUsdPerMillion: {
                required: true,
                type: () => Object,
                description:
                  'Price of a million input tokens in USD: a decimal text or a number with at most 6 decimals, up to 1,000,000.',
              },
              outputUsdPerMillion: {
                required: true,
                type: () => Object,
                description:
                  'Price of a million output tokens in USD: a decimal text or a number with at most 6 decimals, up to 1,000,000.',
              },
            },
            ConnectProviderRequest: {
              apiKey: {
                required: false,
                type: () => String,
                description:
                  "The provider's credential, 1 to 512 visible ASCII characters. No answer ever shows it. It may be left out as long\nas `baseUrl` and `format` stay as they are; it is never sent anywhere else than it was entered for.",
                maxLength: 512,
              },
              baseUrl: {
                required: false,
                type: () => String,
                description:
                  "What the provider's SDK takes as base URL, for the format `openai` with `/v1`. Required unless the provider is\nbuilt in.",
                example: 'https://api.openai.com/v1',
                maxLength: 2048,
              },
              format: { required: false, description: 'Wire protocol.', enum: ['openai'] },
              defaultModel: {
                required: false,
                type: () => String,
                nullable: true,
                description: 'Model of calls that name only the provider; `null` for none.',
                example: 'gpt-4o-mini',
                maxLength: 200,
              },
              setAsDefault: {
                required: false,
                type: () => Boolean,
                description: 'Make this the provider of calls that name none, and `defaultModel` their model.',
                example: false,
              },
              enabled: {
                required: false,
                type: () => Boolean,
                description: 'Whether calls may use the connection.',
                example: true,
              },
              models: {
                required: false,
                type: () => [t['../../../libs/providers/src/http/connect-provider.dto'].OwnModelRequest],
                description: 'Models with prices of your own, at most 200; they come before public prices.',
                maxItems: 200,
              },
            },
          },
        ],
        [
          import('../../../libs/providers/src/http/providers.dto.js'),
          {
            OwnModelResponse: {
              id: {
                required: true,
                type: () => String,
                description: "The provider's name of the model.",
                example: 'ft:gpt-4o-mini-2024-07-18:acme',
              },
              inputUsdPerMillion: {
                required: true,
                type: () => String,
                description: 'Price of a million input tokens in USD.',
                example: '0.30',
              },
              outputUsdPerMillion: {
                required: true,
                type: () => String,
                description: 'Price of a million output tokens in USD.',
                example: '1.20',
              },
            },
            ProviderResponse: {
              provider: {
                required: true,
                type: () => String,
                description: 'Name of the provider, as it stands before the slash in `provider/model`.',
                example: 'openai',
              },
              status: {
                required: true,
                description: 'Whether calls may use it. A built-in provider is disabled until its credential is there.',
                enum: ['enabled', 'disabled'],
              },
              credentialSource: {
                required: true,
                description: 'Whose credential calls use: yours, or none.',
                enum: ['byok', 'none'],
              },
              keyHint: {
                required: true,
                type: () => String,
                nullable: true,
                description: 'The last four characters of the credential; `****` when it is no longer than that.',
                example: '...wxyz',
              },
              defaultModel: {
                required: true,
                type: () => String,
                nullable: true,
                description: 'Model of calls that name only the provider.',
                example: 'gpt-4o-mini',
              },
              baseUrl: {
                required: true,
                type: () => String,
                nullable: true,
                description: 'Where calls go; `null` for the sandbox, which is part of the gateway.',
                example: 'https://api.openai.com/v1',
              },
              isDefault: {
                required: true,
                type: () => Boolean,
                description: 'Whether calls that name no provider go here.',
                example: true,
              },
              format: { required: true, description: 'Wire protocol.', enum: ['openai'] },
              models: { required: true, description: 'Models with prices of your own.' },
            },
            ProviderPage: {
              data: { required: true, description: 'By name; built-in providers are listed without a connection too.' },
              nextCursor: {
                required: true,
                type: () => String,
                nullable: true,
                description: 'Cursor of the next page; `null` on the last one.',
              },
            },
            DisconnectedProviderResponse: {
              provider: { required: true, type: () => String, description: 'Name of the provider.', example: 'openai' },
              disconnectedAt: {
                required: true,
                type: () => String,
                description: 'RFC 3339, UTC.',
                example: '2026-11-20T12:00:00.000Z',
              },
            },
            ProviderTestResponse: {
              ok: {
                required: true,
                type: () => Boolean,
                description: 'Whether the provider answered and took the credential.',
                example: true,
              },
              latencyMs: {
                required: true,
                type: () => Number,
                description: 'From the question to the answer.',
                example: 182,
              },
              models: {
                required: true,
                type: () => Number,
                nullable: true,
                description: 'Models the provider lists; `null` when it does not say.',
                example: 42,
              },
              reason: {
                required: true,
                nullable: true,
                description:
                  'Why it failed: the credential, the address, no answer in time, or an answer of another protocol.',
                enum: ['credential', 'address', 'unreachable', 'answer'],
              },
              httpStatus: {
                required: true,
                type: () => Number,
                nullable: true,
                description: "The provider's status, when a failed test had one.",
              },
              message: { required: true, type: () => String, nullable: true, description: 'What failed, in words.' },
            },
          },
        ],
        [
          import('../../../libs/gateway/src/http/requests.dto.js'),
          {
            RequestListQuery: {
              status: {
                required: false,
                description: 'Calls in this state only.',
                enum: ['expired', 'admitted', 'completed', 'failed', 'blocked', 'canceled'],
              },
              environment: {
                required: false,
                description: 'Calls of keys of this environment only.',
                enum: ['production', 'test'],
              },
              provider: {
                required: false,
                type: () => String,
                description: 'Calls of this provider only.',
                example: 'openai',
                maxLength: 200,
              },
              model: {
                required: false,
                type: () => String,
                description: 'Calls of this model only, as the provider names it.',
                example: 'gpt-4o-mini',
                maxLength: 200,
              },
              keyId: {
                required: false,
                type: () => String,
                description: 'Calls made with this key only.',
                example: 'key_01h455vb4pex5vsknk084sn02q',
                maxLength: 64,
              },
              from: {
                required: false,
                type: () => String,
                description: 'Calls that came in at this time or later.',
                example: '2026-11-01T00:00:00Z',
              },
              to: {
                required: false,
                type: () => String,
                description: 'Calls that came in before this time.',
                example: '2026-12-01T00:00:00Z',
              },
            },
            RequestResponse: {
              id: {
                required: true,
                type: () => Object,
                description: 'Id of the call, the `X-Request-Id` of its answer.',
                example: 'req_01h455vb4pex5vsknk084sn02q',
              },
              status: {
                required: true,
                description:
                  '`admitted` while it runs; `expired` when the process that made it died and what it held was booked.',
                enum: ['expired', 'admitted', 'completed', 'failed', 'blocked', 'canceled'],
              },
              environment: { required: true, description: 'Environment of the key.', enum: ['production', 'test'] },
              provider: {
                required: true,
                type: () => String,
                nullable: true,
                description: 'Provider that was asked.',
                example: 'openai',
              },
              model: {
                required: true,
                type: () => String,
                nullable: true,
                description: 'Model as the provider names it.',
                example: 'gpt-4o-mini',
              },
              credentialSource: {
                required: true,
                type: () => String,
                nullable: true,
                description: "Whose credential was used: the project's own (`byok`), ours (`managed`) or none.",
                example: 'byok',
              },
              keyId: {
                required: true,
                type: () => Object,
                description: 'Key the call was made with.',
                example: 'key_01h455vb4pex5vsknk084sn02q',
              },
              streamed: {
                required: true,
                type: () => Boolean,
                nullable: true,
                description: 'True for an answer that was sent piece by piece.',
              },
              inputTokens: {
                required: true,
                type: () => Number,
                nullable: true,
                description:
                  "Input tokens at the full price; those read from or written to the provider's cache are counted apart.",
                example: 412,
              },
              cacheReadTokens: {
                required: true,
                type: () => Number,
                nullable: true,
                description: "Input tokens read from the provider's cache.",
              },
              cacheWriteTokens: {
                required: true,
                type: () => Number,
                nullable: true,
                description: "Input tokens written to the provider's cache.",
              },
              outputTokens: {
                required: true,
                type: () => Number,
                nullable: true,
                description: 'Output tokens, reasoning included.',
                example: 96,
              },
              reasoningTokens: {
                required: true,
                type: () => Number,
                nullable: true,
                description: 'Part of the output tokens.',
              },
              usageSource: {
                required: true,
                type: () => String,
                nullable: true,
                description: '`provider` when the provider counted, `estimated` when it did not and we did.',
                example: 'provider',
              },
              costUsd: {
                required: true,
                type: () => String,
                nullable: true,
                description:
                  "Cost at the provider's price in US dollars; `null` while the call runs and when no price is known.",
                example: '0.000119',
              },
              chargeUsd: {
                required: true,
                type: () => String,
                nullable: true,
                description: "What the organization's wallet was charged, in US dollars.",
                example: '0.00',
              },
              latencyMs: {
                required: true,
                type: () => Number,
                nullable: true,
                description: "Milliseconds from the request's first byte to the end of the answer.",
                example: 840,
              },
              ttftMs: {
                required: true,
                type: () => Number,
                nullable: true,
                description: "Milliseconds from the request's first byte to the answer's.",
                example: 210,
              },
              httpStatus: {
                required: true,
                type: () => Number,
                nullable: true,
                description: 'Status the client got; `null` when it was gone before.',
                example: 200,
              },
              errorCode: {
                required: true,
                type: () => String,
                nullable: true,
                description: 'Code of the error the client got.',
              },
              createdAt: {
                required: true,
                type: () => String,
                description: 'When the call was let in; RFC 3339, UTC.',
                example: '2026-11-20T12:00:00.000Z',
              },
            },
            RequestPage: {
              data: { required: true, description: 'Newest first.' },
              nextCursor: {
                required: true,
                type: () => String,
                nullable: true,
                description:
                  'Cursor of the next page, `null` on the last one. With a filter that matches little a page may be short, even empty, before the last.',
              },
            },
            RequestDetailResponse: {
              finishedAt: {
                required: true,
                type: () => String,
                nullable: true,
                description: 'When its outcome was recorded; `null` while it runs.',
                example: '2026-11-20T12:00:01.000Z',
              },
              maxCostUsd: {
                required: true,
                type: () => String,
                nullable: true,
                description:
                  'Upper bound of the cost that was held while it ran, in US dollars; `null` when none was known.',
                example: '0.0021',
              },
              overrun: {
                required: true,
                type: () => Boolean,
                description: 'True when the provider used more than the limits it was sent.',
              },
              corrected: {
                required: true,
                type: () => Boolean,
                description: 'True when the call had been taken for lost and its real outcome arrived later.',
              },
              priceVersion: {
                required: true,
                type: () => String,
                nullable: true,
                description: 'Version of the price book.',
              },
              metadata: {
                required: true,
                type: 'object',
                additionalProperties: { type: 'string' },
                nullable: true,
                description: 'The `x-cencori-metadata` of the call.',
                example: { tenant: 'blue' },
              },
            },
          },
        ],
        [
          import('../../../libs/gateway/src/http/chat-completions.dto.js'),
          {
            ChatMessage: {
              role: {
                required: true,
                type: () => String,
                description: '`developer`, `system`, `user`, `assistant` or `tool`.',
                example: 'user',
              },
              content: {
                required: true,
                type: () => String,
                description: "Text, or OpenAI's list of parts.",
                example: 'Say hello.',
              },
            },
            ChatCompletionRequest: {
              model: {
                required: false,
                type: () => String,
                description: "`provider/model`, a model's name, or `auto` for the project's default.",
                example: 'sandbox/echo',
              },
              messages: {
                required: true,
                type: () => [t['../../../libs/gateway/src/http/chat-completions.dto'].ChatMessage],
              },
              stream: {
                required: false,
                type: () => Boolean,
                description: 'Answers with server-sent events.',
                example: false,
              },
              max_completion_tokens: {
                required: false,
                type: () => Number,
                description: 'Most tokens of one choice, reasoning included.',
                example: 100,
              },
            },
            ChatCompletionChoice: {
              index: { required: true, type: () => Number, example: 0 },
              message: {
                required: true,
                type: () => t['../../../libs/gateway/src/http/chat-completions.dto'].ChatMessage,
              },
              finish_reason: { required: true, type: () => String, example: 'stop' },
            },
            ChatCompletionUsage: {
              prompt_tokens: { required: true, type: () => Number, example: 2 },
              completion_tokens: { required: true, type: () => Number, example: 2 },
              total_tokens: { required: true, type: () => Number, example: 4 },
            },
            ChatCompletionResponse: {
              id: { required: true, type: () => String, example: 'chatcmpl-7f1c2b3a4d5e6f708192a3b4' },
              object: { required: true, type: () => String, example: 'chat.completion' },
              created: { required: true, type: () => Number, description: 'Unix seconds.', example: 1795219200 },
              model: {
                required: true,
                type: () => String,
                description: "The provider's name of the model.",
                example: 'echo',
              },
              choices: {
                required: true,
                type: () => [t['../../../libs/gateway/src/http/chat-completions.dto'].ChatCompletionChoice],
              },
              usage: {
                required: true,
                type: () => t['../../../libs/gateway/src/http/chat-completions.dto'].ChatCompletionUsage,
              },
            },
          },
        ],
        [
          import('../../../libs/gateway/src/http/health.dto.js'),
          {
            HealthResponse: {
              status: { required: true, type: () => String, example: 'ok' },
              service: { required: true, type: () => String, example: 'ai-gateway' },
              version: { required: true, type: () => String, example: '0.1.0' },
              timestamp: {
                required: true,
                type: () => String,
                description: "The server's clock.",
                example: '2026-11-21T12:00:00.000Z',
              },
            },
          },
        ],
        [
          import('../../../libs/gateway/src/http/models.dto.js'),
          {
            ModelResponse: {
              id: {
                required: true,
                type: () => String,
                description: 'Name to call it by.',
                example: 'openai/gpt-4o-mini',
              },
              object: { required: true, type: () => String, example: 'model' },
              created: {
                required: true,
                type: () => Number,
                description: 'Unix seconds; the same for all.',
                example: 1767225600,
              },
              owned_by: {
                required: true,
                type: () => String,
                description: "The provider; `custom:<provider>` for models the connection's owner entered.",
                example: 'openai',
              },
              name: {
                required: true,
                type: () => String,
                description: "The provider's own name of it.",
                example: 'gpt-4o-mini',
              },
              type: { required: true, type: () => String, example: 'chat' },
              context_window: {
                required: true,
                type: () => Number,
                nullable: true,
                description: 'Tokens of a call, input and output together; `null` when not known.',
                example: 128000,
              },
              description: { required: true, type: () => String, example: 'gpt-4o-mini of openai' },
            },
            ModelProviderResponse: {
              id: { required: true, type: () => String, example: 'openai' },
              name: { required: true, type: () => String, example: 'openai' },
              model_count: { required: true, type: () => Number, example: 17 },
            },
            ModelListResponse: {
              object: { required: true, type: () => String, example: 'list' },
              data: { required: true, type: () => [t['../../../libs/gateway/src/http/models.dto'].ModelResponse] },
              providers: {
                required: true,
                type: () => [t['../../../libs/gateway/src/http/models.dto'].ModelProviderResponse],
              },
            },
          },
        ],
      ],
      controllers: [
        [
          import('../../../libs/platform/src/http/probes.controller.js'),
          {
            ProbesController: {
              live: {
                summary: 'The process runs; whether it can serve is `/readyz`.',
                type: t['../../../libs/platform/src/http/probes.dto'].ProbeResponse,
              },
              ready: {
                summary: 'The process wants requests: it is not stopping and the database answers at once.',
                type: t['../../../libs/platform/src/http/probes.dto'].ProbeResponse,
              },
            },
          },
        ],
        [
          import('../../../libs/accounts/src/http/auth.controller.js'),
          {
            AuthController: {
              signUp: {
                summary: 'Make an account and sign in',
                description:
                  'Closed (403) where the operator allows invitations only. An address that has an account is 409.',
                type: t['../../../libs/accounts/src/http/accounts.dto'].SignedInResponse,
              },
              signIn: {
                summary: 'Sign in',
                description:
                  'After 10 failures in 15 minutes for one account from one address: 429 with `Retry-After`.',
                type: t['../../../libs/accounts/src/http/accounts.dto'].SignedInResponse,
              },
              signOut: { summary: 'End the session of this request' },
              signOutEverywhere: { summary: 'End every session of the account, this one included' },
            },
          },
        ],
        [
          import('../../../libs/accounts/src/http/me.controller.js'),
          {
            MeController: {
              me: { summary: 'Who is signed in', type: t['../../../libs/accounts/src/http/accounts.dto'].MeResponse },
              listSessions: {
                summary: 'List where the account is signed in, newest first',
                type: t['../../../libs/accounts/src/http/accounts.dto'].SessionListResponse,
              },
              endSession: { summary: 'End one session of the account' },
            },
          },
        ],
        [
          import('../../../libs/projects/src/http/organization-projects.controller.js'),
          {
            OrganizationProjectsController: {
              create: {
                summary: 'Make a project',
                description:
                  "Its slug is made of the name and must be free among the organization's projects, else 409.",
                type: t['../../../libs/projects/src/http/project.dto'].ProjectResponse,
              },
              list: {
                summary: "List the organization's projects, newest first",
                type: t['../../../libs/projects/src/http/project.dto'].ProjectPage,
              },
            },
          },
        ],
        [
          import('../../../libs/projects/src/http/project-settings.controller.js'),
          {
            ProjectSettingsController: {
              get: {
                summary: 'Show the settings',
                description: 'The `ETag` is their version.',
                type: t['../../../libs/projects/src/http/project-settings.dto'].ProjectSettingsResponse,
              },
              update: {
                summary: 'Change settings',
                description:
                  'What is left out stays. With `If-Match` a version that has passed answers 409. No call that starts after\nthe answer is admitted under the old settings.',
                type: t['../../../libs/projects/src/http/project-settings.dto'].ProjectSettingsResponse,
              },
            },
          },
        ],
        [
          import('../../../libs/projects/src/http/projects.controller.js'),
          {
            ProjectsController: {
              get: {
                summary: 'Show a project',
                type: t['../../../libs/projects/src/http/project.dto'].ProjectResponse,
              },
              update: {
                summary: 'Change name and description',
                description: 'What is left out stays, and so does the slug. The region never changes.',
                type: t['../../../libs/projects/src/http/project.dto'].ProjectResponse,
              },
              delete: {
                summary: 'Delete a project',
                description:
                  'Its name has to be typed. From the answer on the project is unknown everywhere and none of its keys opens anything.',
                type: t['../../../libs/projects/src/http/project.dto'].DeletedProjectResponse,
              },
            },
          },
        ],
        [
          import('../../../libs/api-keys/src/http/api-keys.controller.js'),
          {
            ApiKeysController: {
              create: {
                summary: 'Create a key',
                description:
                  'The key is in this answer only, and in repeats of the request with the same `Idempotency-Key`.',
                type: t['../../../libs/api-keys/src/http/api-keys.dto'].CreatedApiKeyResponse,
              },
              list: {
                summary: 'List the keys of a project, newest first',
                type: t['../../../libs/api-keys/src/http/api-keys.dto'].ApiKeyPage,
              },
              show: {
                summary: 'Show a key, never the secret itself',
                type: t['../../../libs/api-keys/src/http/api-keys.dto'].ApiKeyResponse,
              },
              revoke: {
                summary: 'Revoke a key',
                description:
                  'No call that starts after the answer is admitted with it. Developers revoke only keys they created; a key\nmay revoke itself. Revoking a revoked key changes nothing.',
                type: t['../../../libs/api-keys/src/http/api-keys.dto'].RevokedApiKeyResponse,
              },
            },
          },
        ],
        [
          import('../../../libs/members/src/http/organizations.controller.js'),
          {
            OrganizationsController: {
              create: {
                summary: 'Make an organization, with the caller as its owner',
                type: t['../../../libs/members/src/http/organizations.dto'].OrganizationResponse,
              },
              list: {
                summary: "List the caller's organizations, the newest membership first",
                type: t['../../../libs/members/src/http/organizations.dto'].OrganizationListResponse,
              },
              show: {
                summary: 'Show an organization',
                description: 'The `ETag` is its version.',
                type: t['../../../libs/members/src/http/organizations.dto'].OrganizationResponse,
              },
              rename: {
                summary: 'Rename an organization',
                description: 'With `If-Match` only if nobody changed it meanwhile. The slug stays.',
                type: t['../../../libs/members/src/http/organizations.dto'].OrganizationResponse,
              },
            },
          },
        ],
        [
          import('../../../libs/members/src/http/reachable-projects.controller.js'),
          {
            ReachableProjectsController: {
              list: {
                summary: 'List all projects the caller reaches, newest first',
                type: t['../../../libs/projects/src/http/project.dto'].ProjectPage,
              },
            },
          },
        ],
        [
          import('../../../libs/providers/src/http/providers.controller.js'),
          {
            ProvidersController: {
              list: {
                summary: 'List the providers of a project by name, the built-in ones included',
                type: t['../../../libs/providers/src/http/providers.dto'].ProviderPage,
              },
              show: {
                summary: 'Show a provider, never its credential',
                type: t['../../../libs/providers/src/http/providers.dto'].ProviderResponse,
              },
              connect: {
                summary: 'Connect a provider, or replace its connection',
                description:
                  '`openai` is built in; any other name of 2 to 40 lower-case letters, digits and hyphens is a provider of\nyour own and needs its `baseUrl`. No call that starts after the answer uses the connection as it was before.',
                type: t['../../../libs/providers/src/http/providers.dto'].ProviderResponse,
              },
              disconnect: {
                summary: 'Disconnect a provider; its credential is removed',
                type: t['../../../libs/providers/src/http/providers.dto'].DisconnectedProviderResponse,
              },
              test: {
                summary: 'Test a connection',
                description:
                  'Asks the provider for its models, which costs nothing. What the provider answers is never an error here.',
                type: t['../../../libs/providers/src/http/providers.dto'].ProviderTestResponse,
              },
            },
          },
        ],
        [
          import('../../../libs/gateway/src/http/requests.controller.js'),
          {
            RequestsController: {
              list: {
                summary: "List the project's calls, newest first",
                description:
                  'Calls in flight are among them, with the status `admitted`. Calls that were refused for their key, a limit or a cap are counted, not listed.',
                type: t['../../../libs/gateway/src/http/requests.dto'].RequestPage,
              },
              get: {
                summary: 'Show a call',
                description: 'What was booked for it later (a correction, a new price) is included.',
                type: t['../../../libs/gateway/src/http/requests.dto'].RequestDetailResponse,
              },
            },
          },
        ],
        [
          import('../../../libs/gateway/src/http/chat-completions.controller.js'),
          {
            ChatCompletionsController: {
              create: {
                summary: 'Complete a chat',
                description:
                  "OpenAI's chat completions, for every connected provider. With `stream: true` the answer is a stream of server-sent events; a failure after its beginning is its last event, without `[DONE]`.",
              },
            },
          },
        ],
        [
          import('../../../libs/gateway/src/http/health.controller.js'),
          {
            HealthController: {
              health: {
                summary: 'Say that the gateway answers',
                description: 'Whether it can serve calls is `/readyz`.',
                type: t['../../../libs/gateway/src/http/health.dto'].HealthResponse,
              },
            },
          },
        ],
        [
          import('../../../libs/gateway/src/http/models.controller.js'),
          {
            ModelsController: {
              list: {
                summary: 'List models',
                description:
                  'Those with a known price that the key can call. Limited to 60 requests a minute for each key.',
                type: t['../../../libs/gateway/src/http/models.dto'].ModelListResponse,
              },
              get: {
                summary: 'Show a model',
                description: "By `provider/model` or by the model's name.",
                type: t['../../../libs/gateway/src/http/models.dto'].ModelResponse,
              },
            },
          },
        ],
      ],
    },
  };
};
