// Runs the suites that depend on the server's version on PostgreSQL 15: migrations, event store, admission, row-level security.
import { spawnSync } from 'node:child_process';

const SUITES = ['test/integration'];
const run = spawnSync('npx', ['jest', '--silent', ...SUITES], {
  stdio: 'inherit',
  env: { ...process.env, TEST_POSTGRES_BINARIES: '/usr/lib/postgresql/15' },
});
process.exit(run.status ?? 1);
