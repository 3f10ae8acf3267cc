import { type DestinationStream, type Logger, pino, stdTimeFunctions } from 'pino';

import type { Config } from '../config/config.js';
import { errorFields } from './error-fields.js';
import { foreignText } from './foreign-text.js';

/** Every field a log line may have beside time, level, message and error. Ids, enums, numbers; nothing a customer wrote. */
const FIELDS = [
  'requestId',
  'organizationId',
  'projectId',
  'actorId',
  'actorType',
  'method',
  'route',
  'status',
  'code',
  'ms',
  'aborted',
  'host',
  'port',
  'signal',
  'component',
  'job',
  'queue',
  'attempt',
  'count',
  'migration',
  'variable',
  'version',
] as const;

type LogField = (typeof FIELDS)[number];
export type LogFields = { readonly [Field in LogField]?: string | number | boolean | null | undefined };

type Level = 'debug' | 'info' | 'warn' | 'error' | 'fatal';

/** A text that stands in the source. One that was put together at run time does not compile: it could hold anything. */
type Literal<Text extends string> = string extends Text ? never : Text;

const MAX_LENGTH = 200;

const allowed = (fields: LogFields): Record<string, string | number | boolean | null> => {
  const line: Record<string, string | number | boolean | null> = {};
  for (const name of FIELDS) {
    const value: unknown = fields[name];
    if (typeof value === 'string') line[name] = value.slice(0, MAX_LENGTH);
    else if (typeof value === 'number' || typeof value === 'boolean' || value === null) line[name] = value;
  }
  return line;
};

/**
 * The log of a process: one JSON object a line on stdout. It takes named fields only and of an error only kind and
 * place, so that no header, body, address or whole object can get in by accident.
 */
export class Log {
  constructor(private readonly logger: Logger) {}

  debug<Text extends string>(message: Literal<Text>, fields: LogFields = {}): void {
    this.write('debug', message, fields);
  }

  info<Text extends string>(message: Literal<Text>, fields: LogFields = {}): void {
    this.write('info', message, fields);
  }

  warn<Text extends string>(message: Literal<Text>, fields: LogFields = {}, error?: unknown): void {
    this.write('warn', message, fields, error);
  }

  error<Text extends string>(message: Literal<Text>, fields: LogFields = {}, error?: unknown): void {
    this.write('error', message, fields, error);
  }

  fatal<Text extends string>(message: Literal<Text>, fields: LogFields = {}, error?: unknown): void {
    this.write('fatal', message, fields, error);
  }

  /** A line of a library, in its own words as far as they can hold nothing of a customer. */
  foreign(level: Level, component: string, text: unknown, error?: unknown): void {
    this.write(level, 'Library notice', { component, notice: foreignText(text) }, error);
  }

  private write(level: Level, message: string, fields: LogFields & { notice?: string }, error?: unknown): void {
    if (!this.logger.isLevelEnabled(level)) return;
    const line = { ...allowed(fields), ...(fields.notice === undefined ? {} : { notice: fields.notice }) };
    this.logger[level](error === undefined ? line : { ...line, error: errorFields(error) }, message);
  }
}

/**
 * `name` says which process wrote the line: `api`, `worker`. Lines are written without waiting, so a slow reader of
 * stdout delays no request; what is left is written when the process exits.
 */
export const createLog = (
  name: string,
  { logLevel }: Pick<Config, 'logLevel'>,
  destination: DestinationStream = pino.destination({ fd: 1, sync: false }),
): Log =>
  new Log(
    pino(
      {
        level: logLevel,
        base: { name, pid: process.pid },
        messageKey: 'message',
        timestamp: stdTimeFunctions.isoTime,
        formatters: { level: (level) => ({ level }) },
      },
      destination,
    ),
  );
