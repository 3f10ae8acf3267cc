// A gateway node, or a worker, as an operating-system process of its own, without an HTTP server. It is told what to do
// over IPC: { id, op: 'admit' | 'settle', items }, and answers { id, answers } with a status or an error code for each.
// Arguments: the folder of the build, the address of the database, "node" or "worker".
const [dist, url, role] = process.argv.slice(2);
const { Module } = require('@nestjs/common');
const { NestFactory } = require('@nestjs/core');
const { Admission, AdmissionMaintenanceModule, AdmissionModule } = require(`${dist}/libs/gateway/src/index.js`);
const { ConfigModule, createLog, DatabaseModule, EncryptionModule, LogModule, Secret } = require(
  `${dist}/libs/platform/src/index.js`,
);

const key = (id) => [{ id, key: new Secret(Buffer.alloc(32, id).toString('base64')) }];
const config = { databaseUrl: new Secret(url), encryptionKeys: key('k1'), keyPeppers: key('p1') };

class TestProcess {}
Module({
  imports: [
    ConfigModule.forRoot(config),
    LogModule.forRoot(createLog('test process', { logLevel: 'silent' })),
    DatabaseModule.forRoot({ applicationName: 'admission test', entities: [], poolSize: 2 }),
    EncryptionModule,
    role === 'worker' ? AdmissionMaintenanceModule : AdmissionModule,
  ],
})(TestProcess);

const statusOf = (work) =>
  work.then(
    (verdict) => (verdict === undefined ? 'settled' : (verdict.reason ?? verdict.status)),
    (error) => error.code ?? error.message,
  );

const obey = async (context, { id, op, items }) => {
  if (op === 'close') {
    await context.close();
    process.disconnect();
    return;
  }
  const admission = context.get(Admission);
  const answers = await Promise.all(items.map((item) => statusOf(admission[op](item))));
  process.send({ id, answers });
};

const start = async () => {
  const context = await NestFactory.createApplicationContext(TestProcess, { logger: false });
  process.on('message', (order) => void obey(context, order));
  process.send({ ready: true });
};

void start();
