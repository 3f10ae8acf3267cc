// npm start: builds if the sources are newer than the build, then runs everything on this machine.
import { build, isBuildCurrent } from './build.mjs';

if (!isBuildCurrent()) build();
await import('../../dist/apps/cli/src/main-start.js');
