import { StartError } from '@app/platform';

const LIMIT_MS = 20_000;

export interface Owner {
  readonly email: string;
  readonly password: string;
  readonly name: string;
}

interface Named {
  readonly id: string;
}

/** The few management routes the demonstration needs, over HTTP like everybody else's client. */
export class ManagementClient {
  #token: string | null = null;

  constructor(private readonly baseUrl: string) {}

  /** Makes the account, or signs in to the one that an earlier attempt made. */
  async signIn({ email, password, name }: Owner): Promise<void> {
    const made = await this.send('POST', '/v1/auth/sign-up', { email, password, name });
    const answer = made.status === 409 ? await this.send('POST', '/v1/auth/sign-in', { email, password }) : made;
    this.#token = (await bodyOf<{ token: string }>(answer)).token;
  }

  /** The first one of a list, made when the list is empty. */
  async findOrCreate(path: string, body: object): Promise<Named> {
    const { data } = await bodyOf<{ data: readonly Named[] }>(await this.send('GET', `${path}?limit=1`));
    return data[0] ?? this.create<Named>(path, body);
  }

  async create<Answer>(path: string, body: object): Promise<Answer> {
    return bodyOf<Answer>(await this.send('POST', path, body));
  }

  private send(method: 'GET' | 'POST', path: string, body?: object): Promise<Response> {
    return fetch(this.baseUrl + path, {
      method,
      signal: AbortSignal.timeout(LIMIT_MS),
      headers: {
        ...(this.#token === null ? {} : { authorization: `Bearer ${this.#token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }
}

const bodyOf = async <Body>(answer: Response): Promise<Body> => {
  if (answer.ok) return (await answer.json()) as Body;
  const { pathname } = new URL(answer.url);
  throw new StartError(`${pathname} answered ${answer.status}: ${await answer.text()}`);
};
