import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { fieldHash, fieldKey, fieldsOf, headerOf, type LeafContent, leafOf, linkOf } from './chain.js';

interface Vector {
  readonly event: Omit<LeafContent, 'salt'> & { readonly salt: string };
  readonly header: string;
  readonly fields: readonly {
    readonly name: string;
    readonly value: string;
    readonly k: string;
    readonly hash: string;
  }[];
  readonly previous: string;
  readonly leaf: string;
  readonly link: string;
}

// Made by another implementation from the text of docs/audit-chain.md.
const path = join(__dirname, '../../../../docs/audit-chain-vectors.json');
const vectors = JSON.parse(readFileSync(path, 'utf8')) as readonly Vector[];

describe.each(vectors)('the chain format, entry $event.seq', (vector) => {
  const event: LeafContent = { ...vector.event, salt: Buffer.from(vector.event.salt, 'hex') };

  it('encodes the header byte for byte', () => {
    expect(headerOf(event).toString('hex')).toBe(vector.header);
  });

  it('hashes each field under its own key, in the order of the names', () => {
    const fields = fieldsOf(event).map((field) => {
      const k = fieldKey(event.salt, field.name);
      return { ...field, k: k.toString('hex'), hash: fieldHash(k, field).toString('hex') };
    });
    expect(fields).toEqual(vector.fields);
  });

  it('makes the leaf and the link', () => {
    const leaf = leafOf(event);
    expect(leaf.toString('hex')).toBe(vector.leaf);
    expect(linkOf(Buffer.from(vector.previous, 'hex'), leaf).toString('hex')).toBe(vector.link);
  });
});
