import { Global, Module, type OnApplicationShutdown } from '@nestjs/common';

import { Config } from '../config/config.js';
import { Allowances } from './allowances.js';
import { OutboundHttp } from './outbound-http.js';

/** Outbound HTTP. Needs a global provider of `Config`. */
@Global()
@Module({
  providers: [
    {
      provide: OutboundHttp,
      inject: [Config],
      useFactory: ({ outboundAllow, production }: Config) =>
        new OutboundHttp(new Allowances(outboundAllow, { production })),
    },
  ],
  exports: [OutboundHttp],
})
export class OutboundModule implements OnApplicationShutdown {
  constructor(private readonly outbound: OutboundHttp) {}

  /** The last hook of a graceful stop: calls that were still running have ended or been ended by then. */
  async onApplicationShutdown(): Promise<void> {
    await this.outbound.destroy();
  }
}
