import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { QueryRefused } from '../port.ts';
import type { QueryPort } from '../port.ts';
import { Channel } from './channel.ts';
import type { ChannelHost } from './channel.ts';
import { sourceOf } from './channels.ts';
import { factsOf } from './facts.ts';
import type { BlockFacts, ToldBlock } from './facts.ts';
import { Kept } from './kept.ts';
import type { StreamLimits } from './limits.ts';
import { StreamError } from './protocol.ts';
import { Work } from '../work.ts';

export interface HubOptions {
  readonly query: QueryPort;
  readonly limits: StreamLimits;
  readonly logger: { error(fields: object, message: string): void };
}

/**
 * The channels that somebody listens to, and their order of work after each block: what it did is
 * told at once, documents that it touched are read next, then those that prices move. One that is
 * not read before the next block comes is read once for both.
 */
export class Hub implements ChannelHost {
  readonly query: QueryPort;
  height = 0;
  timeMs = 0;
  epoch = '';
  /** Reads and snapshots wait here. */
  readonly work: Work;
  readonly #o: HubOptions;
  readonly #channels = new Map<string, Channel>();
  readonly #kept: Kept;
  readonly #run = randomUUID().slice(0, 8);
  #runs = 0;

  constructor(options: HubOptions) {
    this.#o = options;
    this.query = options.query;
    this.#kept = new Kept(options.limits);
    this.work = new Work((error) => options.logger.error({ err: error }, 'a stream failed'));
  }

  get channels(): number {
    return this.#channels.size;
  }

  get keptBytes(): number {
    return this.#kept.bytes;
  }

  kept(channel: Channel, bytes: number): void {
    this.#kept.add(channel, bytes);
  }

  /** The state came whole: every document begins anew, in a new epoch. */
  anew(height: number, timeMs: number): void {
    Object.assign(this, { height, timeMs, epoch: `${this.#run}-${++this.#runs}` });
    for (const channel of this.#channels.values()) {
      this.#kept.forgetAll(channel);
      this.#guarded(channel, () => channel.restart());
    }
  }

  /** @param told what the block did: read only when somebody listens */
  block(height: number, timeMs: number, told: () => ToldBlock): void {
    Object.assign(this, { height, timeMs });
    if (this.#channels.size === 0) return;
    let facts: BlockFacts;
    try {
      facts = factsOf(told());
    } catch (error) {
      // Nobody must miss anything unknowingly.
      this.#o.logger.error({ err: error, height }, 'what a block did cannot be read');
      this.anew(height, timeMs);
      return;
    }
    for (const channel of this.#channels.values()) {
      this.#guarded(channel, () => channel.told(facts));
    }
    for (const channel of this.#channels.values()) this.#follow(channel, facts);
  }

  #follow(channel: Channel, facts: BlockFacts): void {
    const { follows } = channel.source;
    if (follows === undefined) return;
    const isTouched = follows.touched(facts);
    if (!isTouched && !follows.everyBlock) return;
    channel.isStale = true;
    if (isTouched && !channel.isInFirst) {
      channel.isInFirst = true;
      this.work.first(() => {
        channel.isInFirst = false;
        this.#read(channel);
      });
    } else if (!isTouched && !channel.isInFirst && !channel.isInLater) {
      channel.isInLater = true;
      this.work.later(() => {
        channel.isInLater = false;
        this.#read(channel);
      });
    }
  }

  /** Once for all blocks since the last time. */
  #read(channel: Channel): void {
    if (!channel.isStale || this.#channels.get(channel.name) !== channel) return;
    channel.isStale = false;
    this.#guarded(channel, () => channel.refresh());
  }

  /** The channel of that name, opened if nobody has it yet. @throws StreamError */
  channel(name: string): Channel {
    const known = this.#channels.get(name);
    if (known !== undefined) return known;
    const source = sourceOf(name);
    if (this.epoch === '') {
      throw new StreamError('not_ready', 'the node has no state yet: try again in a moment');
    }
    this.#makeRoom();
    try {
      const channel = new Channel(name, source, this);
      channel.idleSinceMs = performance.now();
      this.#channels.set(name, channel);
      return channel;
    } catch (error) {
      if (error instanceof QueryRefused) throw new StreamError('not_found', error.message);
      throw error;
    }
  }

  #makeRoom(): void {
    if (this.#channels.size < this.#o.limits.channelsMax) return;
    for (const channel of this.#channels.values()) {
      if (channel.listeners.size > 0) continue;
      this.#close(channel);
      return;
    }
    throw new StreamError('busy', 'this node streams as many channels as it can: try another');
  }

  /** Closes what nobody has listened to for a while. */
  sweep(): void {
    const before = performance.now() - this.#o.limits.lingerMs;
    for (const channel of this.#channels.values()) {
      if (channel.listeners.size > 0) continue;
      if ((channel.idleSinceMs ?? 0) < before) this.#close(channel);
    }
  }

  #guarded(channel: Channel, work: () => void): void {
    try {
      work();
    } catch (error) {
      const isGone = error instanceof QueryRefused;
      if (!isGone) this.#o.logger.error({ err: error, channel: channel.name }, 'a channel failed');
      const reason = isGone ? error.message : 'an internal fault: see the log of the node';
      this.#close(channel);
      for (const listener of channel.listeners) listener.ended(channel, reason);
      channel.listeners.clear();
    }
  }

  #close(channel: Channel): void {
    this.#channels.delete(channel.name);
    this.#kept.forgetAll(channel);
  }
}
