import { Config, Log } from '@app/platform';
import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

import { CallMetadata } from './call-metadata.js';
import { Admission, type CallOutcome, type CallToAdmit, type Verdict } from './admission.js';
import { AdmissionQueue, unavailable } from './admission-queue.js';
import { DatabaseLink } from './database-link.js';
import { GatewayNode } from './gateway-node.js';
import { SettlementQueue } from './settlement-queue.js';

/** Outcomes kept in memory while the database does not take them; beyond it no further call is let in. */
const MAX_BACKLOG = 20_000;
const DRAIN_MS = 10_000;

/**
 * Admission and settlement over two connections of this process, one group of each in flight. While the database does
 * not answer, calls are refused within five seconds and outcomes wait in memory.
 */
@Injectable()
export class GroupedAdmission extends Admission implements OnModuleInit, OnApplicationShutdown {
  private readonly admissionLink: DatabaseLink;
  private readonly settlementLink: DatabaseLink;
  private readonly node: GatewayNode;
  private readonly admissions: AdmissionQueue;
  private readonly settlements: SettlementQueue;
  /** Calls whose admission was cut off: they must be closed, should the server have committed it. */
  private unknown: CallToAdmit[] = [];
  private closing = false;

  constructor(
    config: Config,
    private readonly metadata: CallMetadata,
    private readonly log: Log,
  ) {
    super();
    const url = config.databaseUrl;
    this.admissionLink = new DatabaseLink({ url, purpose: 'admissions', onUp: () => this.admissionsUp() }, log);
    this.settlementLink = new DatabaseLink({ url, purpose: 'settlements', onUp: () => this.settlementsUp() }, log);
    this.node = new GatewayNode(this.settlementLink, () => this.admissions.next());
    this.admissions = new AdmissionQueue(this.admissionLink, this.node, (calls) => this.unknown.push(...calls), log);
    this.settlements = new SettlementQueue(this.settlementLink, log);
  }

  onModuleInit(): void {
    this.admissionLink.start();
    this.settlementLink.start();
    this.node.start();
  }

  /** Calls have ended by now: what they left is booked, then the node leaves the list of the living. */
  async onApplicationShutdown(): Promise<void> {
    this.closing = true;
    const drained = Promise.all([this.admissions.drained(), this.settlements.drained()]).then(() => true);
    if (!(await Promise.race([drained, sleep(DRAIN_MS, false, { ref: false })]))) {
      this.log.warn('Stopped with outcomes that are not booked: they are expired at what they hold');
    }
    await this.node.leave().catch((error: unknown) => {
      this.log.warn('Could not leave: this node will be found dead', {}, error);
    });
    await Promise.all([this.admissionLink.stop(), this.settlementLink.stop()]);
  }

  async admit(call: CallToAdmit): Promise<Verdict> {
    if (this.closing || this.settlements.backlog >= MAX_BACKLOG) throw unavailable();
    const arrivedAt = performance.now();
    return this.admissions.admit(call.metadata === null ? call : await this.sealed(call, call.metadata), arrivedAt);
  }

  settle(outcome: CallOutcome): Promise<void> {
    return this.settlements.settle(outcome);
  }

  private async sealed(call: CallToAdmit, metadata: string): Promise<CallToAdmit> {
    try {
      return { ...call, metadata: await this.metadata.seal(call, metadata) };
    } catch (error) {
      this.log.warn('The metadata of a call cannot be sealed', { requestId: call.requestId }, error);
      throw unavailable();
    }
  }

  private admissionsUp(): void {
    // The session before this one has ended, so each of these calls is either open or never will be.
    for (const call of this.unknown.splice(0)) {
      this.settlements.settle(notCalled(call)).catch((error: unknown) => {
        this.log.error('A call that was cut off cannot be closed', { requestId: call.requestId }, error);
      });
    }
    this.admissions.next();
  }

  private async settlementsUp(): Promise<void> {
    await this.node.confirm();
    this.settlements.next();
  }
}

/** The provider was not asked and the client was told so. */
const notCalled = ({ requestId, organizationId, projectId, environment }: CallToAdmit): CallOutcome => ({
  requestId,
  organizationId,
  projectId,
  environment,
  status: 'failed',
  httpStatus: 503,
  errorCode: 'SERVICE_UNAVAILABLE',
  usage: { input: 0, cacheRead: 0, cacheWrite: 0, output: 0, reasoning: 0, source: 'estimated' },
  cost: 0n,
  latencyMs: 0,
  ttftMs: null,
});
