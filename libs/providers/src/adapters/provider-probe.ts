import type { OrganizationId } from '@app/kernel';
import type { Secret } from '@app/platform';

import type { ProviderFormat } from '../domain/provider-connection.events.js';

export interface ProbeTarget {
  /** Whose connections are used: they are never shared between organizations. */
  readonly organizationId: OrganizationId;
  readonly provider: string;
  readonly format: ProviderFormat;
  readonly baseUrl: string;
  readonly credential: Secret | null;
}

export type ProbeResult =
  | { readonly ok: true; readonly latencyMs: number; readonly models: number | null }
  | {
      readonly ok: false;
      readonly latencyMs: number;
      /** `credential`: refused with 401 or 403; `address`: forbidden or not resolvable; `unreachable`: no answer in time; `answer`: not the protocol. */
      readonly reason: 'credential' | 'address' | 'unreachable' | 'answer';
      /** The provider's status, when it gave one. */
      readonly httpStatus: number | null;
      readonly message: string;
    };

/** Tries a connection without spending anything (a list of models). Never throws for what the other side does. */
export abstract class ProviderProbe {
  abstract probe(target: ProbeTarget): Promise<ProbeResult>;
}
