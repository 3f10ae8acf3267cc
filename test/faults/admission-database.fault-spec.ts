import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { uuidOf } from '@app/kernel';
import { EmbeddedPostgres, migrate, Secret } from '@app/platform';
import { Client } from 'pg';

import {
  admissionMigrations,
  booksOf,
  callOf,
  openProject,
  outcomeOf,
  type TestProject,
} from '../support/admission.js';
import { AdmissionProcess } from '../support/admission-process.js';
import { waitUntil } from '../support/wait-until.js';

const ROUNDS = 4;
const CLIENTS = 24;

let folder: string;
let postgres: EmbeddedPostgres;
let node: AdmissionProcess;
let project: TestProject;

const ownerOf = async (): Promise<Client> => {
  const client = new Client({ connectionString: postgres.adminUrl('gateway').reveal() });
  client.on('error', () => undefined);
  await client.connect();
  return client;
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ai-gateway-fault-'));
  postgres = await EmbeddedPostgres.start({ folder });
  const admin = new Client({ connectionString: postgres.adminUrl().reveal() });
  await admin.connect();
  await admin.query('create database gateway');
  await admin.end();
  const login = { role: 'gateway_app', password: new Secret('fault') };
  await migrate(postgres.adminUrl('gateway'), admissionMigrations, login);
  const owner = await ownerOf();
  project = await openProject(owner);
  await owner.end();
  node = await AdmissionProcess.start(postgres.url(login.role, login.password, 'gateway').reveal());
}, 120_000);

afterAll(async () => {
  await node.kill();
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
});

/** The server and everything it has started, at once: no process can clean up behind another. */
const killServer = (): void => {
  const processes = execFileSync('ps', ['-ax', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  const children = processes
    .map((line) => line.trim().split(/\s+/).map(Number))
    .flatMap(([pid, parent]) => (pid !== undefined && parent === postgres.pid ? [pid] : []));
  for (const pid of [postgres.pid, ...children]) process.kill(pid, 'SIGKILL');
};

it('keeps every call it was told of when all server processes are killed under load', async () => {
  const toldAdmitted = new Set<string>();
  const toldSettled = new Set<string>();
  const load = { running: true };
  let inFlight = 0;
  let unavailable = 0;
  const inFlightAtKill: number[] = [];
  const servers = new Set([postgres.pid]);

  const client = async (): Promise<void> => {
    while (load.running) {
      const call = callOf(project);
      inFlight += 1;
      const [answer] = await node.admit([call]);
      inFlight -= 1;
      if (answer !== 'admitted') {
        unavailable += 1;
        await sleep(50);
        continue;
      }
      toldAdmitted.add(uuidOf(call.requestId));
      if (toldAdmitted.size % 2 === 0) continue;
      const [settled] = await node.settle([outcomeOf(call)]);
      if (settled === 'settled') toldSettled.add(uuidOf(call.requestId));
    }
  };
  const clients = Array.from({ length: CLIENTS }, client);

  for (let round = 0; round < ROUNDS; round += 1) {
    const before = toldAdmitted.size;
    await waitUntil(() => toldAdmitted.size > before + 300, 60_000);
    inFlightAtKill.push(inFlight);
    killServer();
    await sleep(300);
    postgres = await EmbeddedPostgres.start({ folder, port: postgres.port });
    servers.add(postgres.pid);
    await waitUntil(() => toldAdmitted.size > before + 400, 60_000);
  }
  load.running = false;
  await Promise.all(clients);

  const owner = await ownerOf();
  // What was cut off is closed by the node after its reconnect.
  const stillOpen = async () => (await booksOf(owner, project)).open;
  await waitUntil(async () => (await stillOpen()) === toldAdmitted.size - toldSettled.size);
  const { rows: open } = await owner.query<{ id: string }>('select id from open_calls');
  const { rows: finished } = await owner.query<{ id: string; error_code: string | null }>(
    'select id, error_code from requests',
  );
  const openIds = new Set(open.map(({ id }) => id));
  const finishedIds = new Set(finished.map(({ id }) => id));
  const cutOff = finished.filter(({ error_code: code }) => code === 'SERVICE_UNAVAILABLE').length;
  console.log(
    `${ROUNDS} kills with ${inFlightAtKill.join(', ')} admissions in flight: ${toldAdmitted.size} told admitted, ` +
      `${unavailable} told unavailable, ${cutOff} committed but untold`,
  );

  // Each server was another one, and each died with admissions on their way.
  expect(servers.size).toBe(ROUNDS + 1);
  expect(Math.min(...inFlightAtKill)).toBeGreaterThan(0);
  expect([...toldAdmitted].filter((id) => !openIds.has(id) && !finishedIds.has(id))).toEqual([]);
  expect([...toldSettled].filter((id) => !finishedIds.has(id))).toEqual([]);
  expect(finished.length).toBe(toldSettled.size + cutOff);
  const books = await booksOf(owner, project);
  expect(books.held).toBe(books.openHeld);
  expect(books.settled).toBe(books.recorded);
  await owner.end();
}, 240_000);
