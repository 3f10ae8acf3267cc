import { resolve } from 'node:path';

import { migrations } from '@app/composition';
import {
  type Config,
  createLog,
  describeFailure,
  type Environment,
  type Log,
  migrate,
  readConfig,
  readMigrationTarget,
} from '@app/platform';

import { Demonstration } from './demonstration.js';
import { requireFreePort } from './free-port.js';
import { EMBEDDED_ROLE, launchEnvironment, type LaunchEnvironment } from './launch-environment.js';
import { LocalDatabase } from './local-database.js';
import { SupervisedProcess } from './supervised-process.js';

/** What a process may take beyond the time it lets open answers run. */
const STOP_LIMIT_MS = 30_000;

/** Everything `npm start` runs: the database, the migrations, the api and the worker. */
export class Launcher {
  #database: Promise<LocalDatabase> | null = null;
  #api: SupervisedProcess | null = null;
  #worker: SupervisedProcess | null = null;
  #drainMs = 0;
  #stopping = false;

  constructor(
    private readonly given: Environment,
    private readonly print: (text: string) => void,
  ) {}

  /** Resolves when everything is ready. Everything it started is ended by `stop()`, also after a failure. */
  async start(): Promise<void> {
    const launch = await launchEnvironment(this.given);
    const { config } = readConfig(withPlaceholder(launch));
    const log = createLog('launcher', config);
    this.#drainMs = config.drainSeconds * 1_000;
    await requireFreePort(config.host, config.port);
    const demonstration = await Demonstration.prepare(config);

    const environment = await this.prepareDatabase(launch, log);
    if (this.#stopping) return;
    this.#api = new SupervisedProcess({ name: 'api', file: entryOf('api'), environment, log });
    this.#worker = new SupervisedProcess({ name: 'worker', file: entryOf('worker'), environment, log });
    await Promise.all([this.#api.start(), this.#worker.start()]);
    if (this.#stopping) return;
    await this.welcome(config, demonstration);
  }

  /** The api first, whose calls need everything else; the database last. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#api?.stop(this.#drainMs + STOP_LIMIT_MS);
    await this.#worker?.stop(STOP_LIMIT_MS);
    const database = await this.#database?.catch(() => null);
    await database?.close();
  }

  /** Open answers are ended instead of waited for. */
  hurry(): void {
    this.#api?.hurry();
    this.#worker?.hurry();
  }

  /** Migrates, and answers the environment of the processes. */
  private async prepareDatabase({ environment, embedded }: LaunchEnvironment, log: Log): Promise<Environment> {
    if (embedded === null) {
      const target = readMigrationTarget(this.given);
      if (target !== null) logMigrations(log, await migrate(target.adminUrl, migrations, target.login));
      return environment;
    }
    this.#database = LocalDatabase.open(embedded.dataDir, log);
    const database = await this.#database;
    if (this.#stopping) return environment;
    const login = { role: EMBEDDED_ROLE, password: embedded.password };
    logMigrations(log, await migrate(database.adminUrl, migrations, login));
    return { ...environment, DATABASE_URL: database.applicationUrl(embedded.password).reveal() };
  }

  private async welcome(config: Config, demonstration: Demonstration | null): Promise<void> {
    try {
      await demonstration?.show(this.print);
    } catch (error) {
      this.print(`The demonstration data could not be made, the next start tries again: ${describeFailure(error)}\n`);
    }
    this.print(`Ready: ${config.publicUrl}/docs\n`);
  }
}

/** The configuration is judged before the embedded database, whose address it will hold, is started. */
const withPlaceholder = ({ environment, embedded }: LaunchEnvironment): Environment =>
  embedded === null ? environment : { ...environment, DATABASE_URL: 'postgres://embedded@127.0.0.1/embedded' };

const entryOf = (app: 'api' | 'worker'): string => resolve(__dirname, '../../', app, 'src/main.js');

const logMigrations = (log: Log, names: readonly string[]): void => {
  for (const migration of names) log.info('Migrated', { migration });
};
