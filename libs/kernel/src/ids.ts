import { DomainError } from './domain-error.js';

/** Every kind of id the product shows: `<prefix>_<26 characters>`, a TypeID (https://github.com/jetify-com/typeid, spec 0.3). */
export type IdPrefix =
  | 'org'
  | 'prj'
  | 'key'
  | 'con'
  | 'usr'
  | 'ses'
  | 'tok'
  | 'inv'
  | 'rol'
  | 'agt'
  | 'whk'
  | 'evt'
  | 'req'
  | 'sec'
  | 'inc'
  | 'adj';

export type Id<P extends IdPrefix> = `${P}_${string}` & { readonly __prefix?: P };

export type OrganizationId = Id<'org'>;
export type ProjectId = Id<'prj'>;
export type ApiKeyId = Id<'key'>;
/** A connection of a project to a provider; it stands in no answer. */
export type ConnectionId = Id<'con'>;
export type AccountId = Id<'usr'>;
export type SessionId = Id<'ses'>;
export type EventId = Id<'evt'>;
export type RequestId = Id<'req'>;
export type SecretId = Id<'sec'>;

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const VALUE = new Map(Array.from(ALPHABET, (character, value) => [character, BigInt(value)]));
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** 26 characters of 5 bits hold 130 bits, so the first one carries only 3 of the 128. */
const SUFFIX = /^[0-7][0-9a-hjkmnp-tv-z]{25}$/;

/** The id `<prefix>_…` of a UUID in its canonical lower-case form. */
export const idOf = <P extends IdPrefix>(prefix: P, uuid: string): Id<P> => {
  if (!UUID.test(uuid)) throw new TypeError('not a canonical UUID');
  let bits = BigInt(`0x${uuid.replaceAll('-', '')}`);
  let suffix = '';
  for (let i = 0; i < 26; i += 1) {
    suffix = ALPHABET.charAt(Number(bits & 31n)) + suffix;
    bits >>= 5n;
  }
  return `${prefix}_${suffix}` as Id<P>;
};

/** The UUID inside an id; ids that come from outside pass `parseId` first. */
export const uuidOf = (id: Id<IdPrefix>): string => {
  const suffix = id.slice(id.lastIndexOf('_') + 1);
  if (!SUFFIX.test(suffix)) throw new TypeError('not an id');
  let bits = 0n;
  for (const character of suffix) bits = (bits << 5n) | (VALUE.get(character) ?? 0n);
  const hex = bits.toString(16).padStart(32, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
};

/** True for exactly the texts `idOf(prefix, …)` makes. */
export const isId = <P extends IdPrefix>(prefix: P, text: unknown): text is Id<P> =>
  typeof text === 'string' && text.startsWith(`${prefix}_`) && SUFFIX.test(text.slice(prefix.length + 1));

/** An id from a path or a body. A malformed one is answered like an unknown one, so nothing can be learnt from the form. */
export const parseId = <P extends IdPrefix>(prefix: P, text: unknown): Id<P> => {
  if (!isId(prefix, text)) throw new DomainError('NOT_FOUND');
  return text;
};

/** Events without an organization (accounts, price book, instance) belong to this one; it is a chain like any other. */
export const INSTANCE_ORGANIZATION: OrganizationId = idOf('org', '00000000-0000-0000-0000-000000000000');
