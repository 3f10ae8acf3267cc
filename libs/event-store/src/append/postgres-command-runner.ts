import { type CommandContext, type RecordedEvent, uuidOf } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';

import { CommandRunner, type CommandTransaction } from '../command-runner.js';
import { EventFormat } from '../events/event-format.js';
import { IdempotentAnswers } from '../idempotency/idempotent-answers.js';
import { boundedTransaction, orUnavailable } from './bounded-transaction.js';
import { CommitAnnouncer } from './commit-announcer.js';
import { publicErrorOf } from './database-failure.js';
import { InlineProjections } from './inline-projections.js';
import { lockChain } from './locked-chain.js';
import { OrganizationTransaction } from './organization-transaction.js';
import { OrganizationTurns } from './organization-turns.js';

/** From the call to the answer, waiting included; five seconds are promised, whatever the database does. */
const COMMAND_LIMIT_MS = 4_000;

interface Outcome<Answer> {
  readonly answer: Answer;
  readonly events: readonly RecordedEvent[];
}

/**
 * The command runner on PostgreSQL. Any failure of the database is SERVICE_UNAVAILABLE: when the connection is lost
 * while committing nobody knows the outcome, and only a repeat with the same Idempotency-Key learns it.
 */
@Injectable()
export class PostgresCommandRunner extends CommandRunner {
  readonly #turns = new OrganizationTurns();

  constructor(
    private readonly dataSource: DataSource,
    private readonly format: EventFormat,
    private readonly projections: InlineProjections,
    private readonly answers: IdempotentAnswers,
    private readonly announcer: CommitAnnouncer,
  ) {
    super();
  }

  override async transaction<Answer>(
    context: CommandContext,
    work: (tx: CommandTransaction) => Promise<Answer>,
  ): Promise<Answer> {
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), COMMAND_LIMIT_MS);
    try {
      const turn = this.#turns.take(context.organizationId, () => {
        const transaction = boundedTransaction(this.dataSource, limit.signal, (tx) => this.inChain(tx, context, work));
        return orUnavailable(limit.signal, transaction);
      });
      const { answer, events } = await orUnavailable(limit.signal, turn);
      this.announcer.announce(events);
      return answer;
    } catch (error) {
      throw publicErrorOf(error);
    } finally {
      clearTimeout(timer);
    }
  }

  private async inChain<Answer>(
    manager: EntityManager,
    { organizationId, idempotency: claim }: CommandContext,
    work: (tx: CommandTransaction) => Promise<Answer>,
  ): Promise<Outcome<Answer>> {
    const chainId = uuidOf(organizationId);
    const chain = await lockChain(manager, chainId, claim);
    const earlier = claim && this.answers.recall(chainId, claim, chain.claimed);
    if (earlier) return { answer: earlier.value as Answer, events: [] };

    const tx = new OrganizationTransaction(manager, organizationId, chain, this.format, this.projections);
    const answer = await work(tx);
    await this.projections.projectLast(tx.appended, manager);
    if (claim === undefined) return { answer, events: tx.appended };
    const kept = await this.answers.keep(manager, chainId, claim, tx.now, answer);
    return { answer: kept.value as Answer, events: tx.appended };
  }
}
