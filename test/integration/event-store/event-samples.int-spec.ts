import { eventStoreOptions } from '@app/composition';
import { StreamReader } from '@app/event-store';
import { idOf, type RecordedEvent } from '@app/kernel';
import { Database } from '@app/platform';
import { Client } from 'pg';

import { startTestApp, type TestApp } from '../../support/app.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { type ReviewedMembers, unreviewedStrings } from '../../support/event-samples/clear-strings.js';
import {
  type EventSample,
  insertSamples,
  nameOf,
  readSamples,
  SAMPLE_KEYS,
  storedEvents,
  writeMissingSamples,
} from '../../support/event-samples/event-samples.js';
import { live } from '../../support/event-samples/live.js';

/**
 * The reviewed list. A member belongs here when all its values are the product's or the operator's own words; what a
 * customer or a person may write is sealed or not stored in the event.
 */
const REVIEWED: Readonly<Record<string, ReviewedMembers>> = {
  '*': { 'metadata.actor.type': /^(?:user|api_key|system)$/ },
  ProjectCreated: { 'data.region': /^(?:us-east-1|eu-central-1)$/ },
  KeyCreated: {
    'data.keyType': /^(?:secret|publishable|agent)$/,
    'data.environment': /^(?:production|test)$/,
    'data.prefix': /^(?:c[sp]k_(?:test_)?|cake_)[0-9A-Za-z]{4}$/,
    // The operator's id of a key in KEY_PEPPERS, here the one of the test's configuration.
    'data.pepperId': /^p1$/,
  },
  ProviderConnected: { 'data.format': /^openai$/ },
  ProviderUpdated: { 'data.format': /^openai$/ },
};

const definitions = eventStoreOptions.events.flatMap((events) => Object.entries(events));
const expectedNames = definitions.flatMap(([type, { schemaVersion }]) =>
  Array.from({ length: schemaVersion }, (_, i) => nameOf({ type, schema_version: i + 1 })),
);

/** Member names with the kinds of their values; what a list holds counts once. */
const formOf = (value: unknown): unknown => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.slice(0, 1).map(formOf);
  if (typeof value !== 'object') return typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, formOf(item)]));
};

describe('stored events', () => {
  let database: TestDatabase;
  let owner: Client;
  let api: TestApp;
  let fresh: readonly EventSample[];
  let samples: ReadonlyMap<string, EventSample>;

  beforeAll(async () => {
    database = await createTestDatabase();
    owner = new Client({ connectionString: database.adminUrl });
    await owner.connect();
    api = await startTestApp({ database, config: { encryptionKeys: SAMPLE_KEYS } });
    await live(api);
    fresh = await storedEvents(owner);
    // For a new type or schema version; the samples that stand are never written again.
    if (process.env.WRITE_EVENT_SAMPLES === '1') writeMissingSamples(fresh);
    samples = readSamples();
    await insertSamples(owner, [...samples.values()]);
  });
  afterAll(async () => {
    await api.close();
    await owner.end();
    await database.drop();
  });

  const sampleOf = (name: string): EventSample => {
    const sample = samples.get(name);
    if (sample === undefined) throw new Error(`no sample ${name}: run this file with WRITE_EVENT_SAMPLES=1`);
    return sample;
  };
  const freshOf = (type: string): EventSample => {
    const event = fresh.find((candidate) => candidate.type === type);
    if (event === undefined) throw new Error(`no ${type} is stored: extend live()`);
    return event;
  };
  /** The event as every reader of its stream gets it. */
  const read = async ({ id, organization_id, project_id, stream_id }: EventSample): Promise<RecordedEvent> => {
    const organizationId = idOf('org', organization_id);
    const [type = '', streamOf = ''] = stream_id.split('/');
    const stream = { type, id: streamOf, projectId: project_id === null ? null : idOf('prj', project_id) };
    const events = await api.app
      .get(Database)
      .inOrganization(organizationId, (tx) => api.app.get(StreamReader).events(tx, organizationId, stream));
    const event = events.find((candidate) => candidate.id === idOf('evt', id));
    if (event === undefined) throw new Error(`${stream_id} lacks the event`);
    return event;
  };

  it('have one sample of every type and schema version, and no sample has another name than its event', () => {
    expect([...samples.keys()].toSorted()).toEqual(expectedNames.toSorted());
    for (const [name, sample] of samples) expect(nameOf(sample)).toBe(name);
  });

  it.each(expectedNames)('can be read as %s like one written today', async (name) => {
    const sample = sampleOf(name);
    const opened = await read(sample);
    const today = await read(freshOf(sample.type));
    expect(opened).toMatchObject({ type: sample.type, schemaVersion: today.schemaVersion });
    expect(formOf(opened.data)).toEqual(formOf(today.data));
    expect(JSON.stringify(opened.data)).not.toContain('$sealed');
  });

  it.each(definitions)('of the type %s change their stored form only with their schema version', (type, definition) => {
    const sample = sampleOf(nameOf({ type, schema_version: definition.schemaVersion }));
    const today = freshOf(type);
    expect(formOf(today.data)).toEqual(formOf(sample.data));
    expect(formOf(today.metadata)).toEqual(formOf(sample.metadata));
  });

  it.each(expectedNames)('say nothing in clear that nobody has reviewed: %s', (name) => {
    expect(unreviewedStrings(sampleOf(name), REVIEWED)).toEqual([]);
  });

  it('say nothing in clear that nobody has reviewed, whoever acts', () => {
    expect(new Set(fresh.map(({ metadata }) => (metadata.actor as { type: string }).type))).toEqual(
      new Set(['user', 'api_key']),
    );
    expect(fresh.flatMap((event) => unreviewedStrings(event, REVIEWED))).toEqual([]);
  });

  it.each([
    ['a name', { name: 'Acme' }, 'data.name'],
    ['a name in a list', { models: [{ id: 'gpt-4o' }] }, 'data.models[].id'],
    ['a word of hexadecimal letters', { name: 'decade' }, 'data.name'],
    ['a mark of sealing below the first level', { cap: { name: { $sealed: 'sealed:AAAA' } } }, 'data.cap.name.$sealed'],
    ['another value of a reviewed member', { keyType: 'Acme' }, 'data.keyType'],
  ])('are refused with %s in clear', (_, data, member) => {
    const found = unreviewedStrings({ type: 'KeyCreated', data, metadata: {} }, REVIEWED);
    expect(found.map((clear) => clear.member)).toEqual([member]);
  });
});
