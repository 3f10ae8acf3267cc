import type { EventDefinitions } from '@app/kernel';

import { EventCatalogue } from './event-catalogue.js';

const notes: EventDefinitions = { NoteWritten: { schemaVersion: 1, sealed: [] } };

describe('the event catalogue', () => {
  it('refuses a type that two modules define', () => {
    expect(() => new EventCatalogue([notes, { ...notes }])).toThrow('NoteWritten is defined twice');
  });

  it('refuses a later schema version without a way from the earlier ones', () => {
    expect(() => new EventCatalogue([{ NoteWritten: { schemaVersion: 2, sealed: [] } }])).toThrow('no upcast');
  });

  it('refuses whoever waits for an event nobody defines', () => {
    const catalogue = new EventCatalogue([notes]);
    expect(() => catalogue.requireKnown(['NoteWritten', 'NoteBurnt'], 'the board')).toThrow(
      'unknown event type NoteBurnt',
    );
    expect(() => catalogue.definitionOf('NoteBurnt')).toThrow('unknown event type NoteBurnt');
  });

  it('brings data of an older schema version to the current form', () => {
    const upcast = jest.fn((data: object) => ({ ...data, pages: 1 }));
    const catalogue = new EventCatalogue([{ NoteWritten: { schemaVersion: 3, sealed: [], upcast } }]);
    expect(catalogue.upcast('NoteWritten', 2, { n: 1 })).toEqual({ n: 1, pages: 1 });
    expect(upcast).toHaveBeenCalledWith({ n: 1 }, 2);
    expect(catalogue.upcast('NoteWritten', 3, { n: 1 })).toEqual({ n: 1 });
  });

  it.each([
    ['NoteWritten', 2],
    ['NoteBurnt', 1],
  ])('leaves %s of version %i, written by a newer release, to newer processes', (type, version) => {
    const newer = expect.objectContaining({ code: 'SERVICE_UNAVAILABLE' }) as unknown;
    expect(() => new EventCatalogue([notes]).upcast(type, version, {})).toThrow(newer as Error);
  });
});
