import { Injectable } from '@nestjs/common';
import { ApiKeyRecognizer, type RecognizedKey } from '@app/api-keys';
import { DomainError } from '@app/kernel';
import { presentedCredential } from '@app/platform';
import type { FastifyRequest } from 'fastify';

import { ProjectConfigurations } from './project-configurations.js';

const refuse = (message?: string): DomainError => new DomainError('INVALID_API_KEY', message);

const contradicts = (header: string | string[] | undefined, truth: string): boolean =>
  header !== undefined && header !== '' && header !== truth;

/**
 * Tells whose key a runtime request carries. It says who the key was when it was last seen: whether it still holds is
 * for the admission to say.
 */
@Injectable()
export class CallAuthentication {
  constructor(
    private readonly keys: ApiKeyRecognizer,
    private readonly configurations: ProjectConfigurations,
  ) {}

  async authenticate(request: FastifyRequest): Promise<RecognizedKey> {
    const credential = presentedCredential(request, 'runtime', request.errorFamily);
    if (credential === null) throw refuse('Send a key in the header CENCORI_API_KEY or as bearer token');
    const key = await this.keys.recognize(credential);
    // Keys for browsers and agents need rules of their own, which no call passes yet.
    if (key === null || key.keyType !== 'secret') throw refuse();
    const { headers } = request;
    if (contradicts(headers['x-project-id'], key.projectId) || contradicts(headers['x-environment'], key.environment)) {
      await this.confirm(key);
      throw new DomainError('INSUFFICIENT_PERMISSIONS', 'X-Project-ID or X-Environment contradicts the key', {
        fields: ['X-Project-ID', 'X-Environment'],
      });
    }
    request.caller = key;
    return key;
  }

  /**
   * Throws INVALID_API_KEY unless the key holds at this moment. Asked before any other refusal that no admission has
   * confirmed: a revoked key gets the answer of one that never was, whatever else is wrong with its request.
   */
  async confirm(key: RecognizedKey): Promise<void> {
    await this.configurations.current(key, key.apiKeyId);
  }
}
