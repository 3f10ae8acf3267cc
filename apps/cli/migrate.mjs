// npm run migrate: brings the database of DATABASE_ADMIN_URL to the state of this build.
import { build, isBuildCurrent } from './build.mjs';

if (!isBuildCurrent()) build();
await import('../../dist/apps/cli/src/main-migrate.js');
