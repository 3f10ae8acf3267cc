import 'reflect-metadata';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { configurationPage } from '@app/platform';

import { errorsPage } from './errors-page.js';
import { apiDocument } from './api-document.js';

/** Writes the documents that are made from the sources; with `--check` it compares them and fails on a difference. */
const main = async (): Promise<void> => {
  const check = process.argv.includes('--check');
  const texts = {
    'docs/openapi.json': `${JSON.stringify(await apiDocument(), null, 2)}\n`,
    'docs/errors.md': errorsPage(),
    'docs/configuration.md': configurationPage(),
  };
  for (const [path, text] of Object.entries(texts)) {
    const file = resolve(path);
    const present = existsSync(file) ? readFileSync(file, 'utf8') : null;
    if (present === text) continue;
    if (!check) writeFileSync(file, text);
    else {
      process.stderr.write(`${path} is not what the sources make: npm run generate\n`);
      process.exitCode = 1;
    }
  }
};

void main();
