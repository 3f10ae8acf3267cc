import { Injectable } from '@nestjs/common';

/** An answer that may stay open for minutes. */
export interface OpenStream {
  /** Ends it: sends the terminal error event, closes the reply, books what was used. Called once. */
  end(): Promise<void>;
}

/** Long answers that are open in this process, so that a stop can let them run and end the rest properly. */
@Injectable()
export class DrainRegistry {
  readonly #open = new Set<OpenStream>();

  get size(): number {
    return this.#open.size;
  }

  /** Returns the function to call when the stream is over by itself; calling it twice does no harm. */
  register(stream: OpenStream): () => void {
    this.#open.add(stream);
    return () => {
      this.#open.delete(stream);
    };
  }

  /** Ends what is still open. One stream that fails to end keeps no other from ending. */
  async endAll(): Promise<readonly PromiseSettledResult<void>[]> {
    const streams = [...this.#open];
    this.#open.clear();
    return Promise.allSettled(streams.map(async (stream) => stream.end()));
  }
}
