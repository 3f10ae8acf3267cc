// A process of its own that sends chat calls from several clients at once and writes one line of JSON for each:
// node call-load.mjs <origin> <key> <model> <clients>. It goes on until its standard input ends. A call whose connection
// breaks is not sent again, so every number stands for one call.
const [origin, key, model, clients] = process.argv.slice(2);

let next = 0;
const stop = new AbortController();
process.stdin.resume().once('end', () => stop.abort());
const report = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

const client = async () => {
  while (!stop.signal.aborted) {
    const call = String((next += 1));
    report({ call, phase: 'sent', at: Date.now() });
    try {
      const answer = await fetch(`${origin}/v1/chat/completions`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${key}`,
          'x-cencori-metadata': JSON.stringify({ call }),
        },
        body: JSON.stringify({
          model,
          user: call,
          max_completion_tokens: 50,
          messages: [{ role: 'user', content: `call ${call}` }],
        }),
      });
      const text = await answer.text();
      report({ call, phase: 'answered', at: Date.now(), status: answer.status, ...(answer.ok ? {} : { text }) });
      if (answer.status === 503) await untilReady();
    } catch {
      report({ call, phase: 'broken', at: Date.now() });
      await untilReady();
    }
  }
};

/** A gateway that is down would otherwise eat all calls in an instant. */
const untilReady = async () => {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const ready = await fetch(`${origin}/readyz`).catch(() => null);
    if (ready?.ok) return;
  }
};

await Promise.all(Array.from({ length: Number(clients) }, client));
