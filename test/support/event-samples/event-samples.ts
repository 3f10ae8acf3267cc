import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { Secret } from '@app/platform';
import type { Client } from 'pg';

/** The key that wraps the data keys of all samples: they must open in every later run. It protects nothing. */
export const SAMPLE_KEYS = [
  { id: 'samples', key: new Secret(createHash('sha256').update('event samples').digest('base64')) },
];

type Json = null | boolean | number | string | readonly Json[] | { readonly [member: string]: Json };
type JsonObject = { readonly [member: string]: Json };

/** An event as its row stores it, with the data key that its sealed members need. */
export interface EventSample {
  readonly type: string;
  readonly schema_version: number;
  readonly organization_id: string;
  readonly project_id: string | null;
  readonly id: string;
  readonly stream_id: string;
  readonly recorded_at: string;
  readonly data: JsonObject;
  readonly metadata: JsonObject;
  /** `wrapped` is hexadecimal; `null` when nothing is sealed. */
  readonly data_key: { readonly id: string; readonly kek_id: string; readonly wrapped: string } | null;
}

const SELECT_STORED = `
  select e.type, e.schema_version, e.organization_id, e.project_id, e.id, e.stream_id,
         to_char(e.recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as recorded_at, e.data, e.metadata,
         case when e.data::text like '%"$sealed"%'
              then json_build_object('id', k.id, 'kek_id', k.kek_id, 'wrapped', encode(k.wrapped, 'hex')) end as data_key
    from events e
    left join data_keys k on k.organization_id = e.organization_id and k.project_id is not distinct from e.project_id
   order by e.position`;

/** All events of a database, oldest first; `owner` sees every organization. */
export const storedEvents = async (owner: Client): Promise<EventSample[]> =>
  (await owner.query<EventSample>(SELECT_STORED)).rows;

/**
 * Puts samples among the events of a database, far behind those of its own chains. No chain holds them: what they are
 * asked for is their content.
 */
export const insertSamples = async (owner: Client, samples: readonly EventSample[]): Promise<void> => {
  for (const [i, sample] of samples.entries()) {
    const { organization_id: organizationId, project_id: projectId, data_key: dataKey } = sample;
    if (dataKey !== null) {
      await owner.query(
        `insert into data_keys (organization_id, id, project_id, kek_id, wrapped)
         values ($1, $2, $3, $4, decode($5, 'hex')) on conflict do nothing`,
        [organizationId, dataKey.id, projectId, dataKey.kek_id, dataKey.wrapped],
      );
    }
    await owner.query(
      `insert into events (organization_id, seq, id, stream_id, version, type, schema_version, project_id, data,
                           metadata, recorded_at, salt, leaf, link)
       values ($1, $2::integer, $3, $4, $2::integer, $5, $6, $7, $8, $9, $10, $11, $12, $12)`,
      [
        organizationId,
        1_000_000 + i,
        sample.id,
        sample.stream_id,
        sample.type,
        sample.schema_version,
        projectId,
        JSON.stringify(sample.data),
        JSON.stringify(sample.metadata),
        sample.recorded_at,
        Buffer.alloc(16),
        Buffer.alloc(32),
      ],
    );
  }
};

/** `ProjectCreated.v1`, the name of a sample's file. */
export const nameOf = ({ type, schema_version: version }: Pick<EventSample, 'type' | 'schema_version'>): string =>
  `${type}.v${version}`;

/** The samples on disk by name. */
export const readSamples = (): ReadonlyMap<string, EventSample> => {
  const files = readdirSync(__dirname).filter((file) => file.endsWith('.json'));
  return new Map(
    files.map((file) => [
      file.slice(0, -'.json'.length),
      JSON.parse(readFileSync(join(__dirname, file), 'utf8')) as EventSample,
    ]),
  );
};

/** Writes the samples that are missing. One that stands is what older releases have stored, so it stays as it is. */
export const writeMissingSamples = (events: readonly EventSample[]): void => {
  const known = new Set(readSamples().keys());
  for (const event of events) {
    const name = nameOf(event);
    if (known.has(name)) continue;
    writeFileSync(join(__dirname, `${name}.json`), `${JSON.stringify(event, null, 2)}\n`, { flag: 'wx' });
    known.add(name);
  }
};
