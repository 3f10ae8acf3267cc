// Sends SIGKILL to processes, from a process that is neither the load nor the system under test: node kill.mjs <pid…>
// A process that has just ended by itself is passed over; exit code 1 when none was left to kill.
const killed = process.argv.slice(2).filter((pid) => {
  try {
    return process.kill(Number(pid), 'SIGKILL');
  } catch (error) {
    if (error.code === 'ESRCH') return false;
    throw error;
  }
});
process.exit(killed.length > 0 ? 0 : 1);
