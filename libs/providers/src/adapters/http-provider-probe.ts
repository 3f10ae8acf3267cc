import { Injectable } from '@nestjs/common';
import { type OutboundAnswer, OutboundError, OutboundHttp } from '@app/platform';

import { adapterOf } from './adapter-of.js';
import { type ProbeResult, ProviderProbe, type ProbeTarget } from './provider-probe.js';
import { urlOf } from './url-of.js';

const LIMIT_MS = 10_000;
/** A list of some thousand models. */
const MOST_BYTES = 4_000_000;

type Outcome =
  { readonly ok: true; readonly models: number | null } | Omit<Extract<ProbeResult, { ok: false }>, 'latencyMs'>;

const failure = (
  reason: Extract<ProbeResult, { ok: false }>['reason'],
  message: string,
  httpStatus: number | null = null,
): Outcome => ({ ok: false, reason, httpStatus, message });

const outcomeOf = ({ status, body }: OutboundAnswer, { format }: ProbeTarget): Outcome => {
  if (status === 401 || status === 403) return failure('credential', 'The provider refuses the credential', status);
  if (status !== 200) return failure('answer', `The provider answered with status ${status}`, status);
  const models = adapterOf(format).countModels(body.toString('utf8'));
  if (models === null) return failure('answer', 'The answer is not a list of models', status);
  return { ok: true, models };
};

const outcomeOfError = ({ reason, message }: OutboundError): Outcome => {
  switch (reason) {
    case 'address':
      return failure('address', message);
    case 'too-large':
      return failure('answer', message);
    default:
      return failure('unreachable', message);
  }
};

/** Asks a provider for its list of models, through the rules for addresses that customers choose. */
@Injectable()
export class HttpProviderProbe extends ProviderProbe {
  constructor(private readonly outbound: OutboundHttp) {
    super();
  }

  async probe(target: ProbeTarget): Promise<ProbeResult> {
    const start = performance.now();
    const outcome = await this.ask(target);
    return { ...outcome, latencyMs: Math.round(performance.now() - start) };
  }

  private async ask(target: ProbeTarget): Promise<Outcome> {
    const { path, headers } = adapterOf(target.format).modelsRequest(target.credential);
    try {
      const answer = await this.outbound.request({
        organizationId: target.organizationId,
        use: 'providers',
        url: urlOf(target.baseUrl, path),
        method: 'GET',
        headers,
        timeoutMs: LIMIT_MS,
        maxBytes: MOST_BYTES,
      });
      return outcomeOf(answer, target);
    } catch (error) {
      if (error instanceof OutboundError) return outcomeOfError(error);
      throw error;
    }
  }
}
