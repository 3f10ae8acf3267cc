import { createHash, createHmac } from 'node:crypto';

import { canonicalJson } from './canonical-json.js';
import type { StoredEvent } from './stored-event.js';

/** Format of leaf and header; a later format gets another number and its own column. `docs/audit-chain.md` is the specification. */
const CHAIN_VERSION = 0x01;
const LEAF = 0x00;
const LINK = 0x01;
const FIELD = 0x02;

/** What the first event of an organization links to. */
export const GENESIS_LINK = Buffer.alloc(32);

/** Everything a leaf is made of. */
export type LeafContent = Omit<StoredEvent, 'leaf' | 'link'>;

export interface LeafField {
  /** `data.<member>` or `metadata.<member>`. */
  readonly name: string;
  /** Canonical JSON of the stored value. */
  readonly value: string;
}

const sha256 = (...parts: readonly Buffer[]): Buffer =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();

const sized = (bytes: Buffer): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
};

const sizedText = (text: string): Buffer => sized(Buffer.from(text, 'utf8'));

const sizedUuid = (uuid: string | null): Buffer => sized(Buffer.from(uuid?.replaceAll('-', '') ?? '', 'hex'));

const sizedInteger = (value: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(value));
  return sized(bytes);
};

/** The header's nine fields in their fixed order, each behind its length. Never epoch, xid or position: a restore changes them. */
export const headerOf = (event: LeafContent): Buffer =>
  Buffer.concat([
    sizedUuid(event.organizationId),
    sizedInteger(event.seq),
    sizedUuid(event.id),
    sizedText(event.streamId),
    sizedInteger(event.version),
    sizedText(event.type),
    sizedInteger(event.schemaVersion),
    sizedUuid(event.projectId),
    sizedText(event.recordedAt),
  ]);

const membersOf = (prefix: string, json: string): LeafField[] =>
  Object.entries(JSON.parse(json) as Readonly<Record<string, unknown>>).map(([member, value]) => ({
    name: `${prefix}.${member}`,
    value: canonicalJson(value, member),
  }));

/** The hashed fields in the order of their hashes: by the bytes of their names. */
export const fieldsOf = (event: LeafContent): readonly LeafField[] =>
  [...membersOf('data', event.data), ...membersOf('metadata', event.metadata)].toSorted((a, b) =>
    Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)),
  );

/** The key that opens one field to a reader: shown with a shown field, kept with a hidden one. */
export const fieldKey = (salt: Buffer, name: string): Buffer => createHmac('sha256', salt).update(name).digest();

/** Without the key nobody can try values against it, however few the possible values are. */
export const fieldHash = (key: Buffer, { name, value }: LeafField): Buffer =>
  sha256(Buffer.of(FIELD), key, sizedText(name), sizedText(value));

export const leafOf = (event: LeafContent): Buffer =>
  sha256(
    Buffer.of(LEAF, CHAIN_VERSION),
    headerOf(event),
    ...fieldsOf(event).map((field) => fieldHash(fieldKey(event.salt, field.name), field)),
  );

export const linkOf = (previous: Buffer, leaf: Buffer): Buffer => sha256(Buffer.of(LINK), previous, leaf);
