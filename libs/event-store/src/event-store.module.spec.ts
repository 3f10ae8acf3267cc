import type { EventDefinitions } from '@app/kernel';
import { Config, Envelope, Log } from '@app/platform';
import { Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { DataSource } from 'typeorm';

import { CommandRunner } from './command-runner.js';
import { EventStoreModule, type EventStoreOptions } from './event-store.module.js';
import type { InlineProjection } from './inline-projection.js';

const notes: EventDefinitions = { NoteWritten: { schemaVersion: 1, sealed: [] } };

class Projection implements InlineProjection {
  readonly name: string = 'notes';
  readonly events: readonly string[] = ['NoteWritten'];

  project(): Promise<void> {
    return Promise.resolve();
  }
}

/** What the event store needs of a process; none of it is used before the first command. */
class Parts {}
Module({})(Parts);

const start = async (options: EventStoreOptions): Promise<CommandRunner> => {
  const tokens = [Config, DataSource, Envelope, Log];
  const providers = tokens.map((provide) => ({ provide, useValue: {} }));
  const parts = { module: Parts, global: true, providers, exports: tokens };
  const module = await Test.createTestingModule({ imports: [parts, EventStoreModule.forRoot(options)] }).compile();
  return module.get(CommandRunner);
};

describe('the event store’s module', () => {
  it('starts with projections given as values and as classes with dependencies', async () => {
    const made: unknown[] = [];
    class NeedsLog extends Projection {
      constructor(log: Log) {
        super();
        made.push(log);
      }
    }
    Injectable()(NeedsLog);
    Reflect.defineMetadata('design:paramtypes', [Log], NeedsLog);
    const runner = await start({ events: [notes], inlineProjections: [new Projection(), NeedsLog] });
    expect(runner).toBeInstanceOf(CommandRunner);
    expect(made).toEqual([{}]);
  });

  it('does not start with a projection that waits for an event nobody defines', async () => {
    class Lost extends Projection {
      override readonly events = ['NoteBurnt'];
    }
    const starting = start({ events: [notes], inlineProjections: [new Lost()] });
    await expect(starting).rejects.toThrow('the inline projection notes wants the unknown event type NoteBurnt');
  });

  it('does not start with an event type that is defined twice', async () => {
    const starting = start({ events: [notes, { ...notes }], inlineProjections: [] });
    await expect(starting).rejects.toThrow('NoteWritten is defined twice');
  });
});
