import { validationFailed } from '@app/kernel';
import { OutboundError, type OutboundHttp, parseOutboundUrl } from '@app/platform';

const notAllowed = (problem: string) => validationFailed({ field: 'baseUrl', problem });

/**
 * The one form a base URL is stored in: scheme, host, port and path, without a slash at the end. Paths are appended to
 * it, so it can have neither query nor fragment.
 */
export const normalBaseUrl = (text: string): string => {
  if (/[?#]/.test(text)) throw notAllowed('must not have a query or a fragment');
  try {
    const { origin, path } = parseOutboundUrl(text);
    return origin + path.replace(/\/+$/, '');
  } catch (error) {
    if (error instanceof OutboundError) throw notAllowed('must be a plain http or https address');
    throw error;
  }
};

/**
 * Refuses an address that calls would be refused at. A name server that does not answer now is no reason: every call
 * judges the address again.
 */
export const requireReachable = async (outbound: OutboundHttp, url: string): Promise<void> => {
  try {
    await outbound.check({ url, use: 'providers' });
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    if (error.reason === 'address') throw notAllowed('is not allowed or does not exist');
  }
};
