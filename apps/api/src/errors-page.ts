import type { ErrorCode } from '@app/kernel';
import { ERRORS } from '@app/platform';

const INTRODUCTION = `# Errors

Generated from the error catalogue; do not edit.

Every error answer is JSON with \`code\`, \`message\`, \`status\`, \`requestId\` and \`details\`. What \`error\` is depends on the route:

- \`/api/*\`, \`/v1/metrics\`, \`/v1/health\` and management: the message, a string;
- OpenAI-shaped routes: \`{ "message", "type", "code", "param" }\`, all four always;
- \`/v1/messages\`: Anthropic's \`{ "type": "error", "error": { "type", "message" }, "request_id" }\`.

A stream that has begun ends with the same object as its last event (\`data: {…}\`; \`event: error\` on \`/v1/messages\`), and
no \`[DONE]\` follows. Codes are stable; messages are for people and may change. "No" under _Retry_ means that the same
request gets the same answer; those answers carry \`x-should-retry: false\` where an SDK would otherwise repeat them.
`;

const DETAILS: Partial<Readonly<Record<ErrorCode, string>>> = {
  VALIDATION_FAILED: '`fields`: one `{ field, problem }` per wrong field',
  SPEND_CAP_REACHED: '`spend`, `cap`: decimal USD of the month',
  INSUFFICIENT_CREDITS: '`balance`: decimal USD',
  INSUFFICIENT_PERMISSIONS: '`permission`, or the `field` or kind of credential `required`',
  SECURITY_VIOLATION: '`reasons`, `incidentId`',
  RATE_LIMIT_EXCEEDED:
    '`retryAfter`: seconds; `limit`, `remaining`, `resetAt`: as in `X-RateLimit-*`, Unix milliseconds',
  PROVIDER_REJECTED: '`providerStatus`: the status of the answer (400, 404, 413 or 422) is the provider’s',
  PROVIDER_RATE_LIMITED: '`retryAfter`: seconds, when the provider said so',
  SERVICE_UNAVAILABLE: '`Retry-After` is always sent',
};

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** Pads like the formatter does, so that the page is the same however it was written. */
const table = (rows: readonly (readonly string[])[]): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  const padded = rows.map((cells) => row(cells.map((cell, column) => cell.padEnd(widths[column] ?? 0))));
  return [padded[0], row(widths.map((width) => '-'.repeat(width))), ...padded.slice(1)].join('\n');
};

/** `docs/errors.md`. */
export const errorsPage = (): string => {
  const entries = Object.entries(ERRORS) as [ErrorCode, (typeof ERRORS)[ErrorCode]][];
  const rows = entries.map(([code, { status, message, retry, openai, anthropic }]) => [
    String(status),
    `\`${code}\``,
    message,
    DETAILS[code] ?? '',
    `\`${openai}\``,
    `\`${anthropic}\``,
    retry ? '' : 'no',
  ]);
  const head = ['Status', 'Code', 'Message', 'Details', 'OpenAI type', 'Anthropic type', 'Retry'];
  return `${INTRODUCTION}\n${table([head, ...rows])}\n`;
};
