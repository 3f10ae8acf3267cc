import { idOf } from '@app/kernel';

import { organizationSlug } from './organization-slug.js';

const first = idOf('org', '01890a5d-ac96-774b-bcce-b302099a8057');
const second = idOf('org', '01890a5d-ac96-774b-bcce-b302099a8058');

describe('the slug of an organization', () => {
  it('reads like its name', () => expect(organizationSlug('Acme Corp', first)).toBe('acme-corp-084sn02q'));
  it('differs between organizations of one name', () =>
    expect(organizationSlug('Acme', first)).not.toBe(organizationSlug('Acme', second)));
  it('exists for a name without latin letters', () =>
    expect(organizationSlug('株式会社', first)).toMatch(/^organization-[0-9a-z]{8}$/));
});
