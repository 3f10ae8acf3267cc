// A process that starts the embedded PostgreSQL of a folder, says so on its standard output, and waits to be killed.
// Arguments: the compiled entry of libs/platform, the folder, "disposable" or "durable".
const [platform, folder, durability] = process.argv.slice(2);
const { EmbeddedPostgres } = require(platform);

const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);

const start = async () => {
  const { pid, port, adopted } = await EmbeddedPostgres.start({ folder, durable: durability === 'durable' });
  say({ pid, port, adopted });
  setInterval(() => undefined, 60_000);
};

start().catch((error) => {
  say({ error: error.message });
  process.exitCode = 1;
});
