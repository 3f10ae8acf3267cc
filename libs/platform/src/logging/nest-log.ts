import type { LoggerService } from '@nestjs/common';

import type { Log } from './log.js';

const CLASS_NAME = /^[A-Z]\w{0,63}$/;

/** The last text Nest hands over is the name of the class that logs. */
const componentOf = (rest: readonly unknown[]): string => {
  const last = rest.at(-1);
  return typeof last === 'string' && CLASS_NAME.test(last) ? last : 'Nest';
};

const errorIn = (values: readonly unknown[]): unknown => values.find((value) => value instanceof Error);

/** Takes what Nest and its modules log; their running commentary is for `debug`. */
export class NestLog implements LoggerService {
  constructor(private readonly target: Log) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.target.foreign('debug', componentOf(rest), message);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.target.foreign('debug', componentOf(rest), message);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.target.foreign('debug', componentOf(rest), message);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.target.foreign('warn', componentOf(rest), message, errorIn([message, ...rest]));
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.target.foreign('error', componentOf(rest), message, errorIn([message, ...rest]));
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.target.foreign('fatal', componentOf(rest), message, errorIn([message, ...rest]));
  }
}
