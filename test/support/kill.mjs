// Sends SIGKILL to processes, from a process that is neither the load nor the system under test: node kill.mjs <pid…>
for (const pid of process.argv.slice(2)) process.kill(Number(pid), 'SIGKILL');
