// CPU time and memory of processes, read from /proc (Linux).
import { readdirSync, readFileSync } from 'node:fs';

const TICK_MICROSECONDS = 10_000;

/** Fields of /proc/<pid>/stat after the command name: state, parent, …; `null` when the process is gone. */
const statOf = (pid) => {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
};

const pids = () =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);

export const childrenOf = (parent) => pids().filter((pid) => Number(statOf(pid)?.[1]) === parent);

export const commandOf = (pid) => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
};

/** Microseconds of CPU one process has used so far. */
export const cpuOf = (pid) => {
  const stat = statOf(pid);
  return stat === null ? 0 : (Number(stat[11]) + Number(stat[12])) * TICK_MICROSECONDS;
};

/** Microseconds of CPU of a process and its children, those that have ended included. */
export const cpuOfFamily = (pid) => {
  const stat = statOf(pid);
  if (stat === null) return 0;
  const own = Number(stat[11]) + Number(stat[12]) + Number(stat[13]) + Number(stat[14]);
  return own * TICK_MICROSECONDS + childrenOf(pid).reduce((sum, child) => sum + cpuOf(child), 0);
};

/** Resident memory in MiB. */
export const memoryOf = (pid) => {
  const line = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return line === null ? 0 : Number(line[1]) / 1024;
};
