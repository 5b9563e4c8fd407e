import type { Channel } from './channel.ts';
import type { StreamLimits } from './limits.ts';

/** Entries of the queue that are skipped before it is cut. */
const SKIPPED_MAX = 4_096;

/** What all channels keep for who comes back: beyond a bound the oldest message of any goes. */
export class Kept {
  readonly #limits: StreamLimits;
  /** A channel for each message, in order; some of the messages are gone already. */
  #queue: Channel[] = [];
  #first = 0;
  bytes = 0;

  constructor(limits: StreamLimits) {
    this.#limits = limits;
  }

  add(channel: Channel, bytes: number): void {
    this.#queue.push(channel);
    this.bytes += bytes;
    if (channel.keptCount > this.#limits.keptPerChannelMax) this.bytes -= channel.forget();
    // A channel that forgot by itself leaves an entry behind: there may be so many of them.
    const entriesMax = this.#limits.keptPerChannelMax * 64;
    while (
      this.bytes > this.#limits.keptBytesMax ||
      this.#queue.length - this.#first > entriesMax
    ) {
      this.#forgetOldest();
    }
  }

  /** The channel is closed, or begins anew. */
  forgetAll(channel: Channel): void {
    while (channel.keptCount > 0) this.bytes -= channel.forget();
  }

  #forgetOldest(): void {
    this.bytes -= this.#queue[this.#first++]!.forget();
    if (this.#first < SKIPPED_MAX) return;
    this.#queue = this.#queue.slice(this.#first);
    this.#first = 0;
  }
}
