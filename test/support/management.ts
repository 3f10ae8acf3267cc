/** A client of the management API of a running product; refuses anything but success. */
export class Management {
  #token = '';

  constructor(private readonly origin: string) {}

  async send<Answer>(method: string, path: string, body?: object): Promise<Answer> {
    const answer = await fetch(`${this.origin}${path}`, {
      method,
      headers: {
        'content-type': 'application/json',
        ...(this.#token === '' ? {} : { authorization: `Bearer ${this.#token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return JSON.parse(text === '' ? 'null' : text) as Answer;
  }

  /** A project with one connection `double` to a provider, a cap nothing reaches, and a production key. */
  async prepareProject(baseUrl: string, apiKey: string): Promise<{ projectId: string; key: string }> {
    const person = { email: 'owner@example.com', password: 'a long enough password', name: 'Owner' };
    this.#token = (await this.send<{ token: string }>('POST', '/v1/auth/sign-up', person)).token;
    const organization = await this.send<{ id: string }>('POST', '/v1/organizations', { name: 'Acme' });
    const project = await this.send<{ id: string }>('POST', `/v1/organizations/${organization.id}/projects`, {
      name: 'Shop',
    });
    await this.send('PUT', `/v1/projects/${project.id}/providers/double`, {
      apiKey,
      format: 'openai',
      baseUrl,
      models: [{ id: 'gpt-4o-mini', inputUsdPerMillion: '1', outputUsdPerMillion: '2' }],
    });
    await this.send('PATCH', `/v1/projects/${project.id}/settings`, {
      requestsPerMinute: 1_000_000,
      spendCap: { monthlyUsd: '1000000', enforce: true },
    });
    const { key } = await this.send<{ key: string }>('POST', `/v1/projects/${project.id}/api-keys`, { name: 'load' });
    return { projectId: project.id, key };
  }

  /** Every row of a list, page by page. */
  async all<Row>(path: string): Promise<Row[]> {
    const rows: Row[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: { data: Row[]; nextCursor: string | null } = await this.send(
        'GET',
        `${path}?limit=200${cursor === '' ? '' : `&cursor=${cursor}`}`,
      );
      rows.push(...page.data);
      cursor = page.nextCursor;
    }
    return rows;
  }
}
