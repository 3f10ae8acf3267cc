import 'reflect-metadata';

import { describeFailure } from '@app/platform';

import { Launcher } from './launcher.js';

const launcher = new Launcher(process.env, (text) => process.stdout.write(text));

/** Ctrl-C reaches a process below npm twice: from the terminal, and passed on by npm. */
const SAME_PRESS_MS = 1_000;
let stoppingSince: number | null = null;

const exitAfterStop = (code: number): void => {
  stoppingSince = performance.now();
  launcher.stop().then(
    () => process.exit(code),
    (error: unknown) => {
      process.stderr.write(`${describeFailure(error)}\n`);
      process.exit(1);
    },
  );
};

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (stoppingSince === null) exitAfterStop(0);
    else if (performance.now() - stoppingSince > SAME_PRESS_MS) launcher.hurry();
  });
}

launcher.start().catch((error: unknown) => {
  // A stop in the middle of the start makes the rest of it fail.
  if (stoppingSince !== null) return;
  process.stderr.write(`${describeFailure(error)}\n`);
  exitAfterStop(1);
});
