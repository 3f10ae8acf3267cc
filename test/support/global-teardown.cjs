const { Client } = require('pg');

const { removeRunFolder } = require('./run-folder.cjs');

module.exports = async () => {
  if (process.env.TEST_DATABASE_ADMIN_URL !== undefined) await cleanServer(process.env.TEST_DATABASE_ADMIN_URL);
  await removeRunFolder(process.env.TEST_RUN_FOLDER);
};

/** A server that stays: what this run made on it goes. */
const cleanServer = async (url) => {
  const role = `gw_test_${process.env.TEST_RUN_ID}`;
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query('select datname from pg_database where starts_with(datname, $1)', [role]);
  for (const { datname } of rows) await client.query(`drop database "${datname}" with (force)`);
  const { rows: roles } = await client.query('select rolname from pg_roles where starts_with(rolname, $1)', [role]);
  for (const { rolname } of roles) await client.query(`drop role "${rolname}"`);
  await client.end();
};
