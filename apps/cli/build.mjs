// npm run build. `--if-stale` builds only when sources are newer than the last build, `--check` only says so (exit code 1).
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Arguments of node that compile everything. */
export const COMPILER = [join(ROOT, 'node_modules/@nestjs/cli/bin/nest.js'), 'build', 'api'];

const STAMP = join(ROOT, 'dist', 'built');
const SETTINGS = ['package.json', 'package-lock.json', 'nest-cli.json', 'tsconfig.json', 'tsconfig.build.json'];

export const isBuildCurrent = () => {
  if (!existsSync(STAMP)) return false;
  const builtAt = statSync(STAMP).mtimeMs;
  const sources = ['apps', 'libs'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(?:ts|json)$/.test(entry.name) && !entry.name.endsWith('spec.ts'))
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  return [...sources, ...SETTINGS.map((name) => join(ROOT, name))].every((file) => statSync(file).mtimeMs <= builtAt);
};

/** Ends the process with the compiler's exit code when it fails. */
export const build = () => {
  const startedAt = new Date();
  const { status } = spawnSync(process.execPath, COMPILER, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) process.exit(status ?? 1);
  mkdirSync(join(ROOT, 'dist'), { recursive: true });
  writeFileSync(STAMP, '');
  // What changes while the compiler runs is newer than the build.
  utimesSync(STAMP, startedAt, startedAt);
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const isCurrent = isBuildCurrent();
  if (process.argv.includes('--check')) process.exit(isCurrent ? 0 : 1);
  if (!isCurrent || !process.argv.includes('--if-stale')) build();
}
