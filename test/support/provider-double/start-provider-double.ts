import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** See `misbehaviour.mjs`. */
export type Behaviour = Readonly<Record<string, unknown>>;

/** A call the double saw. */
export interface SeenCall {
  readonly id: number;
  /** Unix milliseconds. */
  readonly at: number;
  readonly route: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly model?: string | null;
  readonly user?: string | null;
  readonly streamed?: boolean;
  readonly bytes?: number;
  /** The body as it came; `null` above 20 kB. */
  readonly text?: string | null;
  readonly status?: number;
  /** Bytes of the answer that have left so far. */
  readonly sent: number;
  /** The caller went away before the answer was complete. */
  readonly aborted: boolean;
}

export interface ProviderDouble {
  /** Ends in `/v1`, as OpenAI's SDK takes it. */
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly pid: number;
  /** Orders a behaviour for the next calls that match. */
  behave(behaviour: Behaviour, matching?: { times?: number; model?: string; user?: string }): Promise<void>;
  /** Forgets orders and calls. */
  reset(): Promise<void>;
  calls(): Promise<readonly SeenCall[]>;
  stop(): Promise<void>;
}

/** Starts a stand-in for OpenAI's API as a process of its own. */
export const startProviderDouble = async (apiKey = 'sk-double-0123456789abcdefKEY9'): Promise<ProviderDouble> => {
  const child = spawn(process.execPath, [path.join(__dirname, 'server.mjs'), apiKey], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const { port } = JSON.parse(line) as { port: number };
  const origin = `http://127.0.0.1:${port}`;
  const control = async (name: string, body: object): Promise<void> => {
    await fetch(`${origin}/_control/${name}`, { method: 'POST', body: JSON.stringify(body) });
  };
  return {
    baseUrl: `${origin}/v1`,
    apiKey,
    pid: child.pid ?? 0,
    behave: (behaviour, matching = {}) => control('behave', { behaviour, ...matching }),
    reset: () => control('reset', {}),
    calls: async () => (await fetch(`${origin}/_control/calls`)).json() as Promise<readonly SeenCall[]>,
    stop: async () => {
      if (child.exitCode !== null) return;
      const exit = once(child, 'exit');
      child.stdin.end();
      await exit;
    },
  };
};
