import { StartError } from '../config/start-error.js';
import { errorFields } from './error-fields.js';
import { foreignText } from './foreign-text.js';

/** Why a process does not start, for its operator: our own sentence, or what is safe to show of somebody else's. */
export const describeFailure = (error: unknown): string => {
  if (error instanceof StartError) return error.message;
  const { name, code, frames } = errorFields(error);
  const text = error instanceof Error ? foreignText(error.message) : '';
  return [[name, code, text].filter(Boolean).join(' '), ...frames].join('\n  ');
};
