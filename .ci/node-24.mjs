// Starts the built product under Node 24 on an empty data directory, pastes the printed curl, and stops it with Ctrl-C.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const VERSION = '24.21.0';
const binary = `node-${process.platform}-${process.arch}`;
const cache = join(process.cwd(), '.cache', 'node-24');
mkdirSync(cache, { recursive: true });
execFileSync('npm', ['install', '--prefix', cache, '--no-save', '--no-package-lock', `${binary}@${VERSION}`], {
  stdio: 'inherit',
});
const node24 = join(cache, 'node_modules', binary, 'bin', 'node');
console.log(execFileSync(node24, ['--version']).toString().trim());

const dataDir = mkdtempSync(join(tmpdir(), 'first-start-'));
const child = spawn(node24, ['apps/cli/start.mjs'], {
  env: { ...process.env, DATA_DIR: dataDir, PORT: '3924' },
  stdio: ['ignore', 'pipe', 'inherit'],
});

const curl = await new Promise((resolve, reject) => {
  let screen = '';
  const timer = setTimeout(() => reject(new Error(`no first screen in 120 s: ${screen}`)), 120_000);
  child.stdout.on('data', (chunk) => {
    process.stdout.write(chunk);
    screen += chunk;
    const command = /^\s*(curl [\s\S]*?[^\\])\n\s*\n/m.exec(screen);
    if (command) {
      clearTimeout(timer);
      resolve(command[1]);
    }
  });
  child.once('exit', (code) => reject(new Error(`ended with ${code} before the first screen`)));
});

const answer = execFileSync('bash', ['-c', `${curl} --silent --show-error --fail`]).toString();
console.log(answer);
if (JSON.parse(answer).choices[0].message.content.length === 0) throw new Error('an empty answer');

const code = await new Promise((resolve) => {
  child.removeAllListeners('exit');
  child.once('exit', resolve);
  child.kill('SIGINT');
});
if (code !== 0) throw new Error(`Ctrl-C ended with ${code}`);
