// npm run dev: like npm start, compiling while sources change and starting again with every finished compilation.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { watch } from 'node:fs';
import { join } from 'node:path';

import { build, COMPILER, ROOT } from './build.mjs';

/** A compilation writes its files one after the other. */
const QUIET_MS = 700;

build();
const compiler = spawn(process.execPath, [...COMPILER, '--watch', '--preserveWatchOutput'], {
  cwd: ROOT,
  stdio: ['ignore', 'inherit', 'inherit'],
});

const start = () =>
  spawn(process.execPath, [join(ROOT, 'dist/apps/cli/src/main-start.js')], {
    stdio: ['ignore', 'inherit', 'inherit'],
    // Open answers of the code before do not delay the code after.
    env: { DRAIN_SECONDS: '0', ...process.env },
  });
const end = async (child) => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
};

let launcher = start();
let timer;
let restarting = Promise.resolve();
const restart = async () => {
  await end(launcher);
  launcher = start();
};
const watcher = watch(join(ROOT, 'dist'), { recursive: true }, (_, name) => {
  if (!name?.endsWith('.js')) return;
  clearTimeout(timer);
  timer = setTimeout(() => {
    restarting = restarting.then(restart);
  }, QUIET_MS);
});

let stopping;
const stop = async () => {
  clearTimeout(timer);
  watcher.close();
  await restarting;
  await Promise.all([end(compiler), end(launcher)]);
  process.exit(0);
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  // npm passes Ctrl-C on to a process that has got it from the terminal.
  process.on(signal, () => {
    stopping ??= stop();
  });
}
