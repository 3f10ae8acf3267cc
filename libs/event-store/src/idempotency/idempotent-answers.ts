import { DomainError, type IdempotencyClaim } from '@app/kernel';
import { Config } from '@app/platform';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

import { openAnswer, sealAnswer } from './answer-seal.js';

/** How long a repeat gets the first answer, on the database clock. */
export const ANSWER_LIFETIME = '24 hours';

/** Columns of the row of a claim; all `null` when there is none. */
export interface ClaimedRow {
  readonly body: string | null;
  readonly keyId: string | null;
  readonly sealed: Buffer | null;
}

/** An answer as it came through JSON: what the first caller gets and every repeat. */
export interface StoredAnswer {
  readonly value: unknown;
}

/** `undefined`, which JSON does not have, is the empty text. */
const parse = (text: string): StoredAnswer => ({ value: text === '' ? undefined : (JSON.parse(text) as unknown) });

/** An expired row of the same claim is replaced, a few others of the organization go with it: no job has to tidy up. */
const SAVE = `
  with expired as (
    delete from idempotent_answers
     where organization_id = $1 and claim in (
       select claim from idempotent_answers
        where organization_id = $1 and claim <> $2 and created_at <= $6::timestamptz - interval '${ANSWER_LIFETIME}'
        order by created_at limit 10))
  insert into idempotent_answers (organization_id, claim, body, key_id, sealed, created_at)
  values ($1, $2, $3, $4, $5, $6)
  on conflict (organization_id, claim) do update
    set body = excluded.body, key_id = excluded.key_id, sealed = excluded.sealed, created_at = excluded.created_at`;

/**
 * First answers by Idempotency-Key. A claim is looked up and its answer stored in the command's own transaction, under
 * the organization's lock: the effect and the answer exist together or not at all, and a repeat waits for the first.
 */
@Injectable()
export class IdempotentAnswers {
  constructor(private readonly config: Config) {}

  /** `null` for a new claim. Refuses another body, and an answer that nobody can read any more. */
  recall(organizationId: string, claim: IdempotencyClaim, row: ClaimedRow): StoredAnswer | null {
    const { body, keyId, sealed } = row;
    if (body === null || keyId === null || sealed === null) return null;
    if (body !== claim.body) throw new DomainError('IDEMPOTENCY_MISMATCH');
    const text = openAnswer(this.config.encryptionKeys, { organizationId, claim }, { keyId, sealed });
    if (text === null) throw new DomainError('IDEMPOTENCY_OUTCOME_UNKNOWN');
    return parse(text);
  }

  async keep(
    tx: EntityManager,
    organizationId: string,
    claim: IdempotencyClaim,
    now: string,
    answer: unknown,
  ): Promise<StoredAnswer> {
    const text = JSON.stringify(answer) ?? '';
    const { keyId, sealed } = sealAnswer(this.config.encryptionKeys, { organizationId, claim }, text);
    await tx.query(SAVE, [organizationId, claim.claim, claim.body, keyId, sealed, now]);
    return parse(text);
  }
}
