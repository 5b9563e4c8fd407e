import { performance } from 'node:perf_hooks';
import type { Channel, Listener } from './channel.ts';
import type { Hub } from './hub.ts';
import type { StreamLimits } from './limits.ts';
import { CLOSE, encodeMessage, parseRequest, RequestError, StreamError } from './protocol.ts';
import type { Request, RequestId, Wanted } from './protocol.ts';

/** A client's connection, as its session sees it. */
export interface Transport {
  send(message: Buffer): void;
  /** Of what was sent and has not left this machine. */
  unsentBytes(): number;
  /** Ends it, also when the client reads nothing any more. */
  close(code: number, reason: string): void;
}

export interface SessionOptions {
  readonly transport: Transport;
  readonly hub: Hub;
  readonly limits: StreamLimits;
  readonly logger: { error(fields: object, message: string): void };
  /** Told why a client was cut. */
  readonly onCut: (reason: keyof typeof CLOSE) => void;
}

/** A channel that waits for its snapshot. */
interface Subscription {
  readonly wanted: Wanted;
  readonly id: RequestId;
}

/** What one client subscribed to, within its limits. */
export class Session implements Listener {
  readonly #o: SessionOptions;
  readonly #channels = new Map<string, Channel>();
  /** By name, in the order in which they were asked for. */
  readonly #wanted = new Map<string, Subscription>();
  #isAtWork = false;
  #isOver = false;
  #requests: number;
  #refilledMs = performance.now();

  constructor(options: SessionOptions) {
    this.#o = options;
    this.#requests = options.limits.requestBurst;
  }

  get channels(): number {
    return this.#channels.size + this.#wanted.size;
  }

  /** A request of the client; undefined for a frame that is no text. */
  receive(text: string | undefined): void {
    if (this.#isOver) return;
    if (!this.#takeRequest()) {
      const { requestsPerSecond } = this.#o.limits;
      this.cut(
        'tooManyRequests',
        `more than ${requestsPerSecond} requests a second: fewer, please`,
      );
      return;
    }
    try {
      if (text === undefined) throw new StreamError('bad_request', 'requests are text, not binary');
      this.#serve(parseRequest(text));
    } catch (error) {
      this.#refuse(error, error instanceof RequestError ? error.id : undefined);
    }
  }

  #takeRequest(): boolean {
    const { requestsPerSecond, requestBurst } = this.#o.limits;
    const nowMs = performance.now();
    const refilled = ((nowMs - this.#refilledMs) / 1_000) * requestsPerSecond;
    this.#requests = Math.min(requestBurst, this.#requests + refilled) - 1;
    this.#refilledMs = nowMs;
    return this.#requests >= 0;
  }

  #serve(request: Request): void {
    const { id } = request;
    if (request.op === 'ping') {
      this.#say({ type: 'pong', id, height: String(this.#o.hub.height) });
    } else if (request.op === 'subscribe') {
      this.#subscribe(request.channels, id);
    } else {
      for (const channel of request.channels) this.#unsubscribe(channel, id);
    }
  }

  #subscribe(wanted: readonly Wanted[], id: RequestId): void {
    for (const each of wanted) {
      const { channel } = each;
      if (this.#channels.has(channel) || this.#wanted.has(channel)) continue;
      const { channelsPerClientMax } = this.#o.limits;
      if (this.channels >= channelsPerClientMax) {
        const message = `at most ${channelsPerClientMax} channels: unsubscribe from some`;
        // Once: there may be hundreds.
        this.#refuse(new StreamError('too_many_channels', message), id);
        break;
      }
      this.#wanted.set(channel, { wanted: each, id });
    }
    this.#workOn();
  }

  #unsubscribe(name: string, id: RequestId): void {
    const channel = this.#channels.get(name);
    if (channel !== undefined) this.#leave(channel);
    else if (!this.#wanted.delete(name)) {
      this.#refuse(new StreamError('not_subscribed', 'it is not subscribed to'), id, name);
      return;
    }
    this.#say({ type: 'unsubscribed', id, channel: name });
  }

  #leave(channel: Channel): void {
    this.#channels.delete(channel.name);
    channel.listeners.delete(this);
    if (channel.listeners.size === 0) channel.idleSinceMs = performance.now();
  }

  /** One snapshot after another, as the client reads them: no list of them piles up here. */
  #workOn(): void {
    if (this.#isAtWork || this.#isOver || this.#wanted.size === 0) return;
    if (this.#o.transport.unsentBytes() > this.#o.limits.unsentBytesMax / 4) return;
    this.#isAtWork = true;
    this.#o.hub.work.later(() => {
      this.#isAtWork = false;
      const [next] = this.#wanted.values();
      if (next === undefined || this.#isOver) return;
      this.#wanted.delete(next.wanted.channel);
      try {
        this.#join(next);
      } catch (error) {
        this.#refuse(error, next.id, next.wanted.channel);
      }
      this.#workOn();
    });
  }

  /** The client has read something. */
  drained(): void {
    this.#workOn();
  }

  #join({ wanted, id }: Subscription): void {
    const { channel: name, from } = wanted;
    const channel = this.#o.hub.channel(name);
    const missed = from === undefined ? undefined : channel.since(from.epoch, from.seq);
    const isGap = from !== undefined && missed === undefined;
    // Read before anybody is told: it may be refused.
    const messages = missed ?? [channel.snapshot()];
    this.#channels.set(name, channel);
    channel.listeners.add(this);
    channel.idleSinceMs = undefined;
    const how = missed !== undefined ? 'resumed' : isGap ? 'gap' : 'new';
    this.#say({ type: 'subscribed', id, channel: name, how });
    for (const message of messages) this.hear(message);
  }

  #refuse(error: unknown, id: RequestId, channel?: string): void {
    const known = error instanceof StreamError ? error : undefined;
    if (known === undefined) this.#o.logger.error({ err: error }, 'a stream request failed');
    const { code, message } =
      known ?? new StreamError('internal', 'an internal fault: see the log of the node');
    this.#say({ type: 'error', id, channel, code, message });
  }

  #say(message: Parameters<typeof encodeMessage>[0]): void {
    this.hear(encodeMessage(message));
  }

  hear(message: Buffer): void {
    if (this.#isOver) return;
    const { transport, limits } = this.#o;
    transport.send(message);
    const unsent = transport.unsentBytes();
    if (unsent <= limits.unsentBytesMax) return;
    this.cut('tooSlow', `${unsent} bytes were not read: subscribe to less, or read faster`);
  }

  ended(channel: Channel, reason: string): void {
    this.#channels.delete(channel.name);
    this.#say({ type: 'ended', channel: channel.name, reason });
  }

  cut(reason: keyof typeof CLOSE, message: string): void {
    if (this.#isOver) return;
    this.#o.onCut(reason);
    this.close();
    this.#o.transport.close(CLOSE[reason], message);
  }

  /** The connection is gone. */
  close(): void {
    this.#isOver = true;
    this.#wanted.clear();
    for (const channel of [...this.#channels.values()]) this.#leave(channel);
  }
}
