// Regenerates what is made from the sources and kept in git: apps/api/src/metadata.ts, docs/openapi.json, docs/errors.md.
// With `--check` it writes nothing and fails when one of them is not what the sources make.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { PluginMetadataGenerator } from '@nestjs/cli/lib/compiler/plugins/plugin-metadata-generator.js';
import { ReadonlyVisitor } from '@nestjs/swagger/plugin';
import { format, resolveConfig } from 'prettier';
import ts from 'typescript';

import { build, ROOT } from '../apps/cli/build.mjs';

const SOURCE = join(ROOT, 'apps/api/src');
const METADATA = join(SOURCE, 'metadata.ts');
const WRITER = 'dist/apps/api/src/write-documents.js';
const check = process.argv.includes('--check');

/** Types, validators and comments of every DTO and controller, whichever library it stands in. */
const makeMetadata = async () => {
  const config = join(ROOT, 'tsconfig.build.json');
  const { fileNames, options } = ts.getParsedCommandLineOfConfigFile(config, {}, ts.sys);
  const folder = mkdtempSync(join(tmpdir(), 'metadata-'));
  try {
    new PluginMetadataGenerator().generate({
      outputDir: folder,
      tsProgramRef: ts.createProgram(fileNames, options),
      visitors: [new ReadonlyVisitor({ introspectComments: true, classValidatorShim: true, pathToSource: SOURCE })],
    });
    const text = readFileSync(join(folder, 'metadata.ts'), 'utf8');
    return await format(text, { ...(await resolveConfig(METADATA)), parser: 'typescript' });
  } finally {
    rmSync(folder, { recursive: true });
  }
};

// The compiler follows imports from the applications, and one of them is the file about to be made.
if (!existsSync(METADATA)) writeFileSync(METADATA, 'export default async () => ({});\n');
const metadata = await makeMetadata();
if (readFileSync(METADATA, 'utf8') !== metadata) {
  if (check) {
    console.error('apps/api/src/metadata.ts is not what the sources make: npm run generate');
    process.exit(1);
  }
  writeFileSync(METADATA, metadata);
}
build();
const writer = spawnSync(process.execPath, ['--enable-source-maps', WRITER, ...(check ? ['--check'] : [])], {
  cwd: ROOT,
  stdio: 'inherit',
});
process.exit(writer.status ?? 1);
