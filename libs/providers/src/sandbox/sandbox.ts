import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Config, OutboundHttp, type Secret } from '@app/platform';
import type { Dispatcher } from 'undici';

import { SandboxServer } from './sandbox-server.js';

/** Where the sandbox of this process is, and how to reach it. */
export interface SandboxTarget {
  readonly baseUrl: string;
  readonly credential: Secret;
  readonly dispatcher: Dispatcher;
}

/** The built-in provider. It is known by its identity: an address that names its port is a foreign address. */
@Injectable()
export class Sandbox implements OnModuleInit, OnApplicationShutdown {
  private readonly server = new SandboxServer();
  private running: SandboxTarget | null = null;

  constructor(
    private readonly config: Config,
    private readonly outbound: OutboundHttp,
  ) {}

  /** `null` when it is switched off. */
  get target(): SandboxTarget | null {
    return this.running;
  }

  async onModuleInit(): Promise<void> {
    if (!this.config.sandbox) return;
    const port = await this.server.start();
    this.running = {
      baseUrl: `http://127.0.0.1:${port}/v1`,
      credential: this.server.credential,
      dispatcher: this.outbound.dispatcherForBuiltIn(port),
    };
  }

  /** The last hook of a stop: calls that were still running have ended by then. */
  async onApplicationShutdown(): Promise<void> {
    this.running = null;
    await this.server.stop();
  }
}
