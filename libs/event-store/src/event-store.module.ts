import type { EventDefinitions } from '@app/kernel';
import { type DynamicModule, Global, Module, type Type } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';

import { CommitAnnouncer } from './append/commit-announcer.js';
import { InlineProjections } from './append/inline-projections.js';
import { PostgresCommandRunner } from './append/postgres-command-runner.js';
import { CommandRunner } from './command-runner.js';
import { EventCatalogue } from './events/event-catalogue.js';
import { EventFormat } from './events/event-format.js';
import { EventFeed } from './feed/event-feed.js';
import { FeedListener } from './feed/feed-listener.js';
import { IdempotentAnswers } from './idempotency/idempotent-answers.js';
import type { InlineProjection } from './inline-projection.js';
import { StreamReader } from './stream-reader.js';

export interface EventStoreOptions {
  /** The event definitions of all modules. */
  readonly events: readonly EventDefinitions[];
  /** In the order they run; a class is made with its dependencies. */
  readonly inlineProjections: readonly (InlineProjection | Type<InlineProjection>)[];
}

const providerOf = (projection: InlineProjection | Type<InlineProjection>) => {
  const provide = Symbol('inline projection');
  return typeof projection === 'function' ? { provide, useClass: projection } : { provide, useValue: projection };
};

/**
 * The event store of a process. Needs global providers of `Config`, `DataSource` and `Envelope`. It brings the buses of
 * `@nestjs/cqrs` to the whole application: nobody else imports `CqrsModule`, a second one would be a second `EventBus`.
 */
@Global()
@Module({})
export class EventStoreModule {
  static forRoot({ events, inlineProjections }: EventStoreOptions): DynamicModule {
    const projections = inlineProjections.map(providerOf);
    return {
      module: EventStoreModule,
      imports: [CqrsModule.forRoot()],
      providers: [
        { provide: EventCatalogue, useFactory: () => new EventCatalogue(events) },
        ...projections,
        {
          provide: InlineProjections,
          inject: [EventCatalogue, ...projections.map(({ provide }) => provide)],
          useFactory: (catalogue: EventCatalogue, ...inOrder: InlineProjection[]) =>
            new InlineProjections(inOrder, catalogue),
        },
        EventFormat,
        IdempotentAnswers,
        CommitAnnouncer,
        FeedListener,
        { provide: CommandRunner, useClass: PostgresCommandRunner },
        StreamReader,
        EventFeed,
      ],
      exports: [CommandRunner, StreamReader, EventFeed],
    };
  }
}
