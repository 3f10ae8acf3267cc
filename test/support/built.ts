import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');

/** Path of a compiled file, for tests whose nodes are processes of their own. `npm test` builds before it runs jest. */
export const built = (source: string): string => {
  const path = resolve(ROOT, 'dist', source.replace(/\.ts$/, '.js'));
  if (!existsSync(path)) throw new Error(`${path} is missing: npm run build`);
  if (spawnSync(process.execPath, ['apps/cli/build.mjs', '--check'], { cwd: ROOT }).status !== 0) {
    process.emitWarning('the build is older than the sources, this test runs the old ones: npm run build');
  }
  return path;
};
