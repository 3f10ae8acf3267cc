import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { configurationPage } from './configuration-page.js';

it('docs/configuration.md says what is read (regenerate: npm run generate)', () => {
  const page = readFileSync(join(__dirname, '../../../../docs/configuration.md'), 'utf8');
  expect(page).toBe(configurationPage());
});
