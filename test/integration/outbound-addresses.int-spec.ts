import type { ServerResponse } from 'node:http';

import { Allowances, newId, OutboundHttp, type OutboundTarget } from '@app/platform';

import { type LoopbackServer, startLoopbackServer } from '../support/loopback-server.js';

const ALLOWED = '127.0.0.2';
const FORBIDDEN = '127.0.0.1';
const EVERY_USE = ['providers', 'webhooks', 'exports'] as const;
const MINUTE = 60_000;

/** Answers one after the other; the last one again and again. An error in the list is thrown. */
const answering = (
  ...answers: readonly (readonly string[] | Error)[]
): ((host: string) => Promise<readonly string[]>) => {
  const asked = new Map<string, number>();
  return (host) => {
    const times = asked.get(host) ?? 0;
    asked.set(host, times + 1);
    const answer = answers[Math.min(times, answers.length - 1)] ?? [];
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
};

/** Without keep-alive every request needs a new connection, and so a new chance to go astray. */
const answer =
  (name: string) =>
  (_: unknown, response: ServerResponse): void => {
    response.setHeader('connection', 'close').end(name);
  };

const get = (http: OutboundHttp, to: OutboundTarget): Promise<string> =>
  http
    .request({ ...to, method: 'GET', timeoutMs: 5_000, maxBytes: 1_000 })
    .then(({ status, body }) => `${status} ${body.toString()}`);
const noNameServer = Object.assign(new Error('getaddrinfo EAI_AGAIN'), { code: 'EAI_AGAIN' });
const noSuchName = Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });

describe('an address a customer chose', () => {
  let allowed: LoopbackServer;
  let forbidden: LoopbackServer;
  const open: OutboundHttp[] = [];
  let now = 0;

  const outbound = (
    resolve?: (host: string) => Promise<readonly string[]>,
    entries = [`${ALLOWED}/32`],
  ): OutboundHttp => {
    const allowances = new Allowances({ entries, uses: EVERY_USE }, { production: false });
    const http = new OutboundHttp(allowances, { clock: () => now, ...(resolve ? { resolve } : {}) });
    open.push(http);
    return http;
  };

  const organizationId = newId('org');
  const target = (host: string, path = '/'): OutboundTarget => ({
    organizationId,
    use: 'providers',
    url: `http://${host}:${allowed.port}${path}`,
  });
  const refusal = { name: 'OutboundError', reason: 'address' };

  beforeEach(async () => {
    allowed = await startLoopbackServer(answer('allowed'), { address: ALLOWED });
    // The same port at another address: what an attacker's second answer would reach.
    forbidden = await startLoopbackServer(answer('forbidden'), { address: FORBIDDEN, port: allowed.port });
  });

  afterEach(async () => {
    await Promise.all(open.splice(0).map((http) => http.destroy()));
    await allowed.close();
    await forbidden.close();
    now = 0;
  });

  it('is connected to at the address that was judged: 1,000 names that change their answer reach nothing forbidden', async () => {
    let changed = 0;
    const answers = answering([ALLOWED], [FORBIDDEN]);
    const asked = new Set<string>();
    const http = outbound((host) => {
      if (asked.has(host)) changed += 1;
      asked.add(host);
      return answers(host);
    });

    const trial = async (n: number): Promise<void> => {
      const to = target(`trial-${n}.example`);
      expect(await get(http, to)).toBe('200 allowed');
      // The judged address serves while it is fresh, whatever the name server would say now.
      expect(await get(http, to)).toBe('200 allowed');
      now += 2 * MINUTE;
      await expect(get(http, to)).rejects.toMatchObject(refusal);
    };
    for (let n = 0; n < 1_000; n += 1) await trial(n);

    expect(changed).toBe(1_000);
    expect(allowed.connections()).toBe(2_000);
    expect(forbidden.connections()).toBe(0);
  });

  it('is refused by its next judgement also while calls keep coming', async () => {
    const http = outbound(answering([ALLOWED], [FORBIDDEN]));
    const to = target('busy.example');
    expect(await get(http, to)).toBe('200 allowed');
    now += 30_000;
    // This call starts the renewal and still goes to the address judged before.
    expect(await get(http, to)).toBe('200 allowed');
    await expect(get(http, to)).rejects.toMatchObject(refusal);
    expect(forbidden.connections()).toBe(0);
  });

  it.each([
    [[ALLOWED, FORBIDDEN]],
    [[FORBIDDEN, ALLOWED]],
    [[ALLOWED, '169.254.169.254']],
    [[ALLOWED, '::1']],
    [[ALLOWED, '::ffff:127.0.0.2']],
    [[]],
  ])('with the answers %j is not connected to at all', async (answers) => {
    const http = outbound(answering(answers));
    await expect(get(http, target('mixed.example'))).rejects.toMatchObject(refusal);
    await expect(http.check(target('mixed.example'))).rejects.toMatchObject(refusal);
    await expect(http.dispatcherFor(target('mixed.example'))).rejects.toMatchObject(refusal);
    expect(allowed.connections() + forbidden.connections()).toBe(0);
  });

  it.each([
    '127.0.0.1',
    'localhost',
    'LOCALHOST',
    '127.1',
    '2130706433',
    '0x7f000001',
    '0x7f.1',
    '0177.0.0.1',
    '0',
    '0.0.0.0',
    '[::1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::127.0.0.1]',
    '[64:ff9b::7f00:1]',
    '[2002:7f00:1::]',
    '①②⑦.⓪.⓪.①',
    '%31%32%37.0.0.1',
    '127。0。0。1',
  ])('%s is not connected to, resolved by the machine itself', async (host) => {
    await expect(get(outbound(), target(host))).rejects.toMatchObject(refusal);
    expect(forbidden.connections()).toBe(0);
  });

  it('that does not exist is refused like a forbidden one', async () => {
    const [missing, secret] = [outbound(answering(noSuchName)), outbound(answering([FORBIDDEN]))];
    const errors = await Promise.all(
      [missing, secret].map((http) => get(http, target('db.internal')).catch((error: Error) => error)),
    );
    expect(errors[0]).toMatchObject(refusal);
    expect(String(errors[0])).toBe(String(errors[1]));
  });

  it('keeps its judged address while no name server answers, for ten minutes', async () => {
    const http = outbound(answering([ALLOWED], noNameServer));
    const to = target('outage.example');
    expect(await get(http, to)).toBe('200 allowed');
    now += 9 * MINUTE;
    expect(await get(http, to)).toBe('200 allowed');
    now += 2 * MINUTE;
    await expect(get(http, to)).rejects.toMatchObject({ reason: 'unreachable' });
  });

  it('loses its judged address when the name is gone', async () => {
    const http = outbound(answering([ALLOWED], noSuchName));
    expect(await get(http, target('gone.example'))).toBe('200 allowed');
    now += 2 * MINUTE;
    await expect(get(http, target('gone.example'))).rejects.toMatchObject(refusal);
  });

  it('is judged for its use', async () => {
    const allowances = new Allowances({ entries: [`${ALLOWED}/32`], uses: ['webhooks'] }, { production: false });
    const http = new OutboundHttp(allowances, { resolve: answering([ALLOWED]) });
    open.push(http);
    expect(await get(http, { ...target('one.example'), use: 'webhooks' })).toBe('200 allowed');
    await expect(get(http, { ...target('one.example'), use: 'providers' })).rejects.toMatchObject(refusal);
  });

  it('is not left through a redirect', async () => {
    const statuses = [301, 302, 303, 307, 308];
    const redirecting = await startLoopbackServer(
      (request, response) => {
        const status = Number(request.url?.slice(1));
        response.writeHead(status, { location: `http://${FORBIDDEN}:${forbidden.port}/` }).end('elsewhere');
      },
      { address: ALLOWED },
    );
    const http = outbound(answering([ALLOWED]));
    for (const status of statuses) {
      const to = { ...target('redirect.example'), url: `http://redirect.example:${redirecting.port}/${status}` };
      expect(await get(http, to)).toBe(`${status} elsewhere`);
    }
    expect(redirecting.requests).toEqual(statuses.map((status) => `GET /${status}`));
    expect(forbidden.connections()).toBe(0);
    await redirecting.close();
  });

  it('is not reached through a proxy of the environment', async () => {
    const names = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'];
    const before = names.map((name) => [name, process.env[name]] as const);
    for (const name of names) process.env[name] = `http://${FORBIDDEN}:${forbidden.port}`;
    try {
      expect(await get(outbound(answering([ALLOWED])), target('direct.example'))).toBe('200 allowed');
    } finally {
      for (const [name, value] of before) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    }
    expect(forbidden.connections()).toBe(0);
  });

  it('that names the port of a built-in server is judged like any other, while the product reaches it', async () => {
    const http = outbound();
    const builtIn = await http.dispatcherForBuiltIn(forbidden.port).request({ path: '/', method: 'GET' });
    expect(await builtIn.body.text()).toBe('forbidden');
    for (const host of [FORBIDDEN, 'localhost', '[::1]']) {
      await expect(get(http, target(host))).rejects.toMatchObject(refusal);
    }
    expect(forbidden.connections()).toBe(1);
  });
});
