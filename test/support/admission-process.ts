import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';

import type { CallOutcome, CallToAdmit } from '@app/gateway';

import { built } from './built.js';

/** A node or a worker in a process of its own, which a test may kill. */
export class AdmissionProcess {
  private readonly waiting = new Map<number, (answers: readonly string[]) => void>();
  private sent = 0;

  private constructor(private readonly child: ChildProcess) {
    child.on('message', ({ id, answers }: { id: number; answers: readonly string[] }) => {
      this.waiting.get(id)?.(answers);
      this.waiting.delete(id);
    });
  }

  static async start(databaseUrl: string, role: 'node' | 'worker' = 'node'): Promise<AdmissionProcess> {
    const dist = resolve(built('libs/gateway/src/index.ts'), '../../../..');
    const child = fork(join(__dirname, 'admission-node.cjs'), [dist, databaseUrl, role], { serialization: 'advanced' });
    await once(child, 'message');
    return new AdmissionProcess(child);
  }

  /** A status, a reason of refusal or an error code for each call; never resolves when the process dies. */
  admit(calls: readonly CallToAdmit[]): Promise<readonly string[]> {
    return this.ask('admit', calls);
  }

  settle(outcomes: readonly CallOutcome[]): Promise<readonly string[]> {
    return this.ask('settle', outcomes);
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill('SIGKILL');
    await once(this.child, 'exit');
  }

  async close(): Promise<void> {
    this.child.send({ op: 'close' });
    await once(this.child, 'exit');
  }

  private ask(op: 'admit' | 'settle', items: readonly unknown[]): Promise<readonly string[]> {
    this.sent += 1;
    const id = this.sent;
    return new Promise((done) => {
      this.waiting.set(id, done);
      this.child.send({ id, op, items });
    });
  }
}
