const { randomBytes } = require('node:crypto');

const { makeRunFolder, removeDeadRuns } = require('./run-folder.cjs');

module.exports = async () => {
  await removeDeadRuns();
  process.env.TEST_RUN_FOLDER = makeRunFolder();
  // Names the databases and the login role of this run, and is that role's password.
  process.env.TEST_RUN_ID = randomBytes(8).toString('hex');
};
