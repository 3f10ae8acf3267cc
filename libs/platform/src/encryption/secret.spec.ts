import { Console } from 'node:console';
import { PassThrough } from 'node:stream';
import { format, inspect } from 'node:util';

import { Secret } from './secret.js';

const VALUE = 'sk-provider-0123456789';
const secret = new Secret(VALUE);
/** What careless code sees: the lint rules that forbid the uses below are no protection at run time. */
const careless = secret as unknown as string;

const printed = (print: (console: Console) => void): string => {
  const stream = new PassThrough();
  print(new Console(stream));
  return String(stream.read() ?? '');
};

const thrown = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return inspect(error, { depth: null });
  }
  throw new Error('nothing was thrown');
};

describe('a secret', () => {
  it('gives its value only to who asks for it by name', () => {
    expect(secret.reveal()).toBe(VALUE);
  });

  const nested = { deep: [{ secret }], map: new Map([['key', secret]]), set: new Set([secret]) };
  const waysOut: Readonly<Record<string, () => string>> = {
    'a template string': () => `Bearer ${careless}`,
    'a sum of strings': () => 'Bearer ' + String(secret),
    'the join of a list': () => [secret, secret].join(),
    toLocaleString: () => secret.toLocaleString(),
    JSON: () => JSON.stringify(nested),
    'JSON as a member name': () => JSON.stringify({ [String(secret)]: 1 }),
    'util.inspect': () => inspect(nested, { depth: null }),
    'util.inspect with everything shown': () =>
      inspect(nested, { depth: null, showHidden: true, getters: true, showProxy: true }),
    'util.inspect without custom forms': () => inspect(nested, { depth: null, customInspect: false, showHidden: true }),
    'util.format': () => format('%s %d %i %f %j %o %O %%', secret, secret, secret, secret, secret, secret, secret),
    'console.log': () => printed((console) => console.log(nested, secret, '%s', secret)),
    'console.dir': () => printed((console) => console.dir(nested, { depth: null, showHidden: true })),
    'console.table': () => printed((console) => console.table([{ secret }])),
    "an error's message": () => inspect(new Error(`refused ${careless}`)),
    "an error's cause and members": () =>
      inspect(Object.assign(new Error('refused', { cause: nested }), nested), { depth: null, showHidden: true }),
    'the error of a wrong use': () => thrown(() => (secret as unknown as () => void)()),
    'the error of a wrong receiver': () => thrown(() => Secret.prototype.reveal.call({} as Secret)),
    structuredClone: () => inspect(structuredClone({ secret }), { depth: null, showHidden: true }),
    'a spread copy': () =>
      inspect({ ...(secret as object) }, { showHidden: true }) + JSON.stringify(Object.assign({}, secret)),
    'the list of its members': () =>
      JSON.stringify([Object.entries(secret), Reflect.ownKeys(secret), Object.getOwnPropertyDescriptors(secret)]),
    'a number': () => String(Number(secret)),
    encodeURIComponent: () =>
      encodeURIComponent(String(secret)) + new URLSearchParams({ secret: String(secret) }).toString(),
    'a Buffer of it': () => Buffer.from(String(secret)).toString('utf8'),
  };

  it.each(Object.keys(waysOut))('does not leave through %s', (way) => {
    const text = waysOut[way]?.() ?? VALUE;
    for (const part of [VALUE, VALUE.slice(3, 11), VALUE.slice(-6)]) expect(text).not.toContain(part);
  });

  it('shows a mask, so that a forgotten reveal() is seen at once', () => {
    expect(`${careless} ${JSON.stringify({ secret })} ${inspect(secret)}`).toBe(
      '[secret] {"secret":"[secret]"} [secret]',
    );
  });
});
