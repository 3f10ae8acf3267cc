/** What a log line says of an error: where and of which kind, never its message. */
export interface ErrorFields {
  readonly name: string;
  readonly code?: string;
  /** Table, column or constraint PostgreSQL named. */
  readonly relation?: string;
  readonly frames: readonly string[];
  readonly cause?: ErrorFields;
}

const MAX_FRAMES = 8;
const MAX_CAUSES = 3;
const NAME = /^[A-Za-z_$][\w$]{0,63}$/;
const CODE = /^\w{1,64}$/;
const FRAME =
  /^\s{4}at (?:(?:async |new )?[\w.<>$ [\]#]{1,120} \()?(?:file:\/\/|node:|\/|[A-Z]:\\)[^()\s]{1,300}:\d+:\d+\)?$/;

const nameOf = (error: Error): string => (NAME.test(error.name) ? error.name : 'Error');

const textIn = (error: Error, member: string, pattern: RegExp): string | undefined => {
  const value: unknown = Object.hasOwn(error, member) ? Reflect.get(error, member) : undefined;
  return typeof value === 'string' && pattern.test(value) ? value : undefined;
};

/** The stack repeats the message before its frames, so the message is cut off before lines are judged. */
const framesOf = (error: Error): readonly string[] => {
  const stack = error.stack ?? '';
  const at = error.message === '' ? -1 : stack.indexOf(error.message);
  const frames = at === -1 ? stack : stack.slice(at + error.message.length);
  return frames
    .split('\n')
    .filter((line) => FRAME.test(line))
    .slice(0, MAX_FRAMES)
    .map((line) => line.trim());
};

/**
 * Messages are left out because libraries quote in them what they choke on: a statement's value, the body that is
 * not JSON, the address with its password. Name, code and frames are enough to find the place.
 */
export const errorFields = (error: unknown, depth = 0): ErrorFields => {
  if (!(error instanceof Error)) return { name: typeof error, frames: [] };
  const cause: unknown = 'driverError' in error ? error.driverError : error.cause;
  const code = textIn(error, 'code', CODE);
  const relation = ['constraint', 'column', 'table'].map((member) => textIn(error, member, CODE)).find(Boolean);
  return {
    name: nameOf(error),
    ...(code === undefined ? {} : { code }),
    ...(relation === undefined ? {} : { relation }),
    frames: framesOf(error),
    ...(cause instanceof Error && depth < MAX_CAUSES ? { cause: errorFields(cause, depth + 1) } : {}),
  };
};
