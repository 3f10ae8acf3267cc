export { CommandRunner, type CommandTransaction, type Decided } from './command-runner.js';
export type { InlineProjection } from './inline-projection.js';
