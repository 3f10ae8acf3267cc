import 'reflect-metadata';

import { migrations } from '@app/composition';
import { describeFailure, migrate, readMigrationTarget, StartError } from '@app/platform';

const run = async (): Promise<void> => {
  const target = readMigrationTarget(process.env);
  if (target === null)
    throw new StartError('DATABASE_ADMIN_URL is missing: the address of the database for its owner.');
  const names = await migrate(target.adminUrl, migrations, target.login);
  for (const name of names) process.stdout.write(`${name}\n`);
  process.stdout.write(names.length === 0 ? 'Nothing to migrate.\n' : `${names.length} migrations done.\n`);
};

run().catch((error: unknown) => {
  process.stderr.write(`${describeFailure(error)}\n`);
  process.exitCode = 1;
});
