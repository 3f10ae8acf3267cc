/** A planted value that a text gives away. It is named, never repeated: a failing test must not print the value either. */
export interface PlantedSecretFound {
  readonly name: string;
  readonly form: 'plain' | 'json' | 'url' | 'base64' | 'base64url' | 'hex';
}

/** Shorter values would be found by chance. */
const LEAST_LENGTH = 8;
const PERCENT_RUN = /(?:%[0-9a-f]{2})+/gi;
/** Line breaks as they are, as dumps of PostgreSQL write them, and as JSON does. */
const LINE_BREAK = /\r|\n|\\r|\\n/g;

/** `%41%42` becomes `AB`; what is not UTF-8 stays readable where it is. Twice, since an address may stand in an address. */
const percentDecoded = (text: string): string => decodedOnce(decodedOnce(text));

const decodedOnce = (encoded: string): string =>
  encoded.replace(PERCENT_RUN, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'));

/**
 * The letters that stand for nothing but the value when it is inside something longer, such as the user name and
 * password of Basic authentication, for each of the three places a byte can have in a group of three.
 */
const base64Cores = (value: Buffer): readonly string[] =>
  [0, 1, 2].map((before) => {
    const letters = Buffer.concat([Buffer.alloc(before), value]).toString('base64');
    return letters.slice(Math.ceil((before * 8) / 6), Math.floor(((before + value.length) * 8) / 6));
  });

const urlAlphabet = (base64: string): string => base64.replaceAll('+', '-').replaceAll('/', '_');

/**
 * Looks for planted values in any text (a database dump, a log, an answer): as they are, escaped in JSON, URL-encoded
 * in whole or in part, in base64 and base64url at any position and over line breaks, and in hexadecimal.
 */
export const findPlantedSecrets = (
  planted: Readonly<Record<string, string>>,
  text: string,
): readonly PlantedSecretFound[] => {
  const decoded = percentDecoded(text);
  const formDecoded = percentDecoded(text.replaceAll('+', ' '));
  const unbroken = text.replace(LINE_BREAK, '');
  const unbrokenLower = unbroken.toLowerCase();
  return Object.entries(planted).flatMap(([name, value]) => {
    if (value.length < LEAST_LENGTH) throw new TypeError(`the planted value ${name} is too short to be looked for`);
    const bytes = Buffer.from(value, 'utf8');
    const cores = base64Cores(bytes);
    const forms: Readonly<Record<PlantedSecretFound['form'], boolean>> = {
      plain: text.includes(value),
      json: text.includes(JSON.stringify(value).slice(1, -1)) && !text.includes(value),
      url: (decoded.includes(value) || formDecoded.includes(value)) && !text.includes(value),
      base64: cores.some((core) => unbroken.includes(core)),
      base64url: cores.map(urlAlphabet).some((core, i) => core !== cores[i] && unbroken.includes(core)),
      hex: unbrokenLower.includes(bytes.toString('hex')),
    };
    return (Object.keys(forms) as PlantedSecretFound['form'][])
      .filter((form) => forms[form])
      .map((form) => ({ name, form }));
  });
};
