import { ReaderPause } from './reader-pause.js';

const LONG_MS = 60_000;

describe('the pause of a reader', () => {
  it('ends when there are news', async () => {
    const pause = new ReaderPause();
    const paused = pause.untilWoken(LONG_MS);
    pause.wake();
    await expect(paused).resolves.toBeUndefined();
  });

  it('does not begin when news came while the reader worked, and then only once', async () => {
    const pause = new ReaderPause();
    pause.wake();
    await pause.untilWoken(LONG_MS);
    const outcome = await Promise.race([pause.untilWoken(LONG_MS), Promise.resolve('pauses')]);
    expect(outcome).toBe('pauses');
    pause.end();
  });

  it('is not shortened by news after a failure, but by the end', async () => {
    const pause = new ReaderPause();
    const paused = pause.full(LONG_MS);
    pause.wake();
    expect(await Promise.race([paused, Promise.resolve('pauses')])).toBe('pauses');
    pause.end();
    await paused;
    await pause.full(LONG_MS);
  });
});
