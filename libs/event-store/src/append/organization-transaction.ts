import { randomBytes } from 'node:crypto';

import {
  type Command,
  type CommandContext,
  type Decider,
  type Decision,
  DomainError,
  type DomainEvent,
  type RecordedEvent,
  type StreamRef,
  uuidOf,
} from '@app/kernel';
import { newId } from '@app/platform';
import type { EntityManager } from 'typeorm';

import { canonicalJson } from '../chain/canonical-json.js';
import { type LeafContent, leafOf, linkOf } from '../chain/chain.js';
import { readStream } from '../chain/stored-event.js';
import type { ChainHead } from '../chain/verify-chain.js';
import type { CommandTransaction, Decided } from '../command-runner.js';
import type { EventFormat } from '../events/event-format.js';
import { saltOrigin } from '../events/event-origin.js';
import { appendEvents, type EventToAppend } from './append-events.js';
import type { InlineProjections } from './inline-projections.js';
import { instantOf } from './instant.js';
import type { LockedChain } from './locked-chain.js';
import { withoutRepeats } from './derived-events.js';

const SALT_BYTES = 16;

interface UnlinkedEvent extends Omit<EventToAppend, 'event'> {
  readonly content: LeafContent;
}

/** A command transaction that holds the lock of its organization and knows the head of its chain. */
export class OrganizationTransaction implements CommandTransaction {
  readonly now: string;
  /** Everything this transaction has appended, oldest first. */
  readonly appended: RecordedEvent[] = [];
  #head: ChainHead;
  #micros: bigint;
  #isDeciding = false;

  constructor(
    readonly manager: EntityManager,
    private readonly organizationId: CommandContext['organizationId'],
    { head, micros }: LockedChain,
    private readonly format: EventFormat,
    private readonly projections: InlineProjections,
  ) {
    this.now = instantOf(micros);
    this.#head = head;
    this.#micros = micros;
  }

  async decide<State, C extends Command, E extends DomainEvent>(
    decider: Decider<State, C, E>,
    stream: StreamRef,
    command: C,
  ): Promise<Decided<State, E>> {
    if (command.context.organizationId !== this.organizationId) throw new TypeError('a command writes one chain');
    if (this.#isDeciding) throw new TypeError('decisions of one transaction follow one another');
    this.#isDeciding = true;
    try {
      return await this.decideNext(decider, stream, command);
    } finally {
      this.#isDeciding = false;
    }
  }

  private async decideNext<State, C extends Command, E extends DomainEvent>(
    decider: Decider<State, C, E>,
    stream: StreamRef,
    command: C,
  ): Promise<Decided<State, E>> {
    const { context } = command;
    const streamId = streamIdOf(stream);
    const stored = await readStream(this.manager, uuidOf(this.organizationId), streamId);
    const history = await this.format.open<E>(stored, this.manager);
    this.requireVersion(context, streamId, history.length);

    const state = history.reduce(decider.evolve, decider.initialState);
    const decision = { ...command, context: { ...context, now: this.now } } as unknown as Decision<C>;
    const decided = await withoutRepeats(decider.decide(decision, state), this.manager, this.organizationId);
    const events = await this.append(decided, stream, history.length, context);
    return { state: events.reduce(decider.evolve, state), version: history.length + events.length, events };
  }

  /** The version the caller saw is compared with the one before this transaction: its own events are no conflict. */
  private requireVersion({ expectedVersion }: CommandContext, streamId: string, version: number): void {
    const own = this.appended.filter((event) => event.streamId === streamId).length;
    const currentVersion = version - own;
    if (expectedVersion !== undefined && expectedVersion !== currentVersion) {
      throw new DomainError('VERSION_CONFLICT', 'Changed since it was read', { currentVersion });
    }
  }

  private async append<E extends DomainEvent>(
    events: readonly E[],
    stream: StreamRef,
    version: number,
    context: CommandContext,
  ): Promise<RecordedEvent<E>[]> {
    if (events.length === 0) return [];
    const recorded = events.map((event, i) => this.record(event, stream, i, version, context));
    const sealed = await Promise.all(recorded.map((event) => this.seal(event, context)));
    const rows = sealed.map((row) => this.link(row));
    await appendEvents(this.manager, uuidOf(this.organizationId), rows);
    this.appended.push(...recorded);
    await this.projections.projectAppended(recorded, this.manager);
    return recorded;
  }

  /** The event as it will be read: what JSON cannot hold is gone from its data already. */
  private record<E extends DomainEvent>(
    event: E,
    stream: StreamRef,
    index: number,
    version: number,
    { actor, requestId }: CommandContext,
  ): RecordedEvent<E> {
    const recordedAt = instantOf(this.#micros);
    this.#micros += 1n;
    return {
      id: event.id ?? newId('evt'),
      organizationId: this.organizationId,
      projectId: stream.projectId,
      streamId: streamIdOf(stream),
      version: version + index + 1,
      seq: this.#head.seq + index + 1,
      type: event.type,
      schemaVersion: this.format.schemaVersionOf(event.type),
      recordedAt,
      data: JSON.parse(canonicalJson(event.data, 'data')) as object,
      actor,
      requestId,
    } as RecordedEvent<E>;
  }

  private async seal(event: RecordedEvent, { actor, origin }: CommandContext): Promise<UnlinkedEvent> {
    const salted = saltOrigin(origin);
    const content = {
      ...(await this.format.store(event, salted?.hash ?? null, this.manager)),
      organizationId: uuidOf(event.organizationId),
      seq: event.seq,
      id: uuidOf(event.id),
      streamId: event.streamId,
      version: event.version,
      type: event.type,
      schemaVersion: event.schemaVersion,
      projectId: event.projectId === null ? null : uuidOf(event.projectId),
      recordedAt: event.recordedAt,
      salt: randomBytes(SALT_BYTES),
    };
    return { content, origin: salted, accountId: actor.type === 'user' ? uuidOf(actor.id) : null };
  }

  /** Links the event to the chain, whose head it becomes. */
  private link({ content, ...person }: UnlinkedEvent): EventToAppend {
    const leaf = leafOf(content);
    const link = linkOf(this.#head.link, leaf);
    this.#head = { seq: content.seq, link };
    return { event: { ...content, leaf, link }, ...person };
  }
}

/** `<type>/<id>`, the stored name of a stream. */
export const streamIdOf = ({ type, id }: StreamRef): string => `${type}/${id}`;
