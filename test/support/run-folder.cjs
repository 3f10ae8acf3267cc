/**
 * One folder a jest run, named by the run's process: it holds the database server that the first test in need of one
 * starts (`database.ts`), and several runs on one machine never meet. Plain JavaScript, because jest's own process
 * does not transform what it loads for the start and the end of a run.
 */
const { execFileSync } = require('node:child_process');
const { mkdirSync, readdirSync, readFileSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const path = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');

const RUNS = path.join(tmpdir(), `ai-gateway-tests-${process.getuid()}`);

const commandOf = (pid) => {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    return execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return '';
  }
};

const serverOf = (folder) => {
  try {
    return Number(readFileSync(path.join(folder, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
  } catch {
    return null;
  }
};

exports.makeRunFolder = () => {
  const folder = path.join(RUNS, String(process.pid));
  mkdirSync(folder, { recursive: true });
  return folder;
};

/** Ends the server of the folder without a checkpoint: nobody needs its data again. */
exports.removeRunFolder = async (folder) => {
  const pid = serverOf(folder);
  const isOurs = () => pid !== null && commandOf(pid).includes(folder);
  if (isOurs()) process.kill(pid, 'SIGQUIT');
  while (isOurs()) await sleep(20);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
};

/** What runs left that were killed. */
exports.removeDeadRuns = async () => {
  mkdirSync(RUNS, { recursive: true });
  for (const name of readdirSync(RUNS)) {
    if (commandOf(name) === '') await exports.removeRunFolder(path.join(RUNS, name));
  }
};
