import { applyPatch } from './applyPatch.ts';
import type { JsonObject } from './applyPatch.ts';
import type { DocumentOf, EventsOf } from './streamTypes.ts';
import { webSocketOf } from './webSocket.ts';
import type { Socket, SocketConstructor } from './webSocket.ts';

export interface StreamOptions {
  /** In place of the platform's own. */
  readonly webSocket?: SocketConstructor;
  /** Told when the connection is lost, and when it is there again: to which of the addresses. */
  readonly onConnection?: (isConnected: boolean, reason: string, index: number) => void;
}

/** What a channel says: docs/streams.md. */
export type StreamUpdate<C extends string = string> = {
  readonly channel: C;
  /** As it is now, patches applied; `error` and `ended` are the last of a channel. */
  readonly document: DocumentOf<C>;
  readonly height: number;
  readonly timeMs: number;
} & (
  | {
      readonly type: 'snapshot';
      readonly data: DocumentOf<C>;
      /** Something between it and the update before is not known. */
      readonly isGap: boolean;
    }
  | { readonly type: 'patch'; readonly data: JsonObject }
  | { readonly type: 'events'; readonly data: EventsOf<C> }
  | { readonly type: 'ended' | 'error'; readonly code: string; readonly reason: string }
);

export type StreamListener<C extends string = string> = (update: StreamUpdate<C>) => void;

interface Subscription {
  readonly listeners: Set<StreamListener>;
  document: JsonObject;
  /** Of the last message; undefined before the first one. */
  at: { epoch: string; seq: number } | undefined;
  /** Whether the server has been asked, on this connection. */
  isAsked: boolean;
  /** Whether a message was missed, so that what comes is not taken until it begins again. */
  isAstray: boolean;
}

interface Message {
  readonly type: string;
  readonly channel?: string;
  readonly epoch: string;
  readonly seq: number;
  readonly height: string;
  readonly timeMs: string;
  readonly data: JsonObject;
  readonly how?: string;
  readonly code?: string;
  readonly message?: string;
  readonly reason?: string;
  readonly heartbeatMs?: number;
}

const FIRST_DELAY_MS = 250;
const MAX_DELAY_MS = 10_000;
const DEFAULT_HEARTBEAT_MS = 10_000;
/** Heartbeats that may be missed: then the connection is taken for dead. */
const MISSED_MAX = 3;
const EMPTY: JsonObject = {};

/**
 * One connection to a node's `/stream`. It comes back by itself when it is lost, and goes on where
 * it was; where the node cannot, a snapshot with `isGap` says so. Of several nodes, the next one is
 * tried when one does not answer.
 */
export class TenorStream {
  readonly #urls: readonly string[];
  #index = 0;
  readonly #options: StreamOptions;
  readonly #subscriptions = new Map<string, Subscription>();
  #socket: Socket | undefined;
  #isOpen = false;
  #isClosed = false;
  #delayMs = FIRST_DELAY_MS;
  #heartbeatMs = DEFAULT_HEARTBEAT_MS;
  #watch: ReturnType<typeof setTimeout> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;

  /** @param url such as `ws://127.0.0.1:1317/stream`, or those of several nodes of one chain */
  constructor(url: string | readonly string[], options: StreamOptions = {}) {
    this.#urls = typeof url === 'string' ? [url] : url;
    this.#options = options;
    void this.#connect();
  }

  /** Listens to a channel until what it returns is called. */
  on<C extends string>(channel: C, listener: StreamListener<C>): () => void {
    return this.#on(channel, listener as unknown as StreamListener);
  }

  #on(channel: string, listener: StreamListener): () => void {
    const known = this.#subscriptions.get(channel);
    const subscription: Subscription = known ?? {
      ...{ listeners: new Set(), document: EMPTY, at: undefined, isAsked: false, isAstray: false },
    };
    subscription.listeners.add(listener);
    if (known === undefined) {
      this.#subscriptions.set(channel, subscription);
      this.#ask();
    } else if (known.at !== undefined) {
      this.#say(listener, channel, known);
    }
    return () => this.#off(channel, listener);
  }

  #off(channel: string, listener: StreamListener): void {
    const subscription = this.#subscriptions.get(channel);
    if (subscription?.listeners.delete(listener) !== true) return;
    if (subscription.listeners.size > 0) return;
    this.#subscriptions.delete(channel);
    if (subscription.isAsked) this.#send({ op: 'unsubscribe', channels: [channel] });
  }

  /** A second listener begins with what the first one has. */
  #say(listener: StreamListener, channel: string, { document }: Subscription): void {
    const at = { height: this.#height, timeMs: this.#timeMs };
    listener({ channel, type: 'snapshot', document, data: document, ...at, isGap: false });
  }

  #height = 0;
  #timeMs = 0;

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#watch);
    clearTimeout(this.#retry);
    this.#subscriptions.clear();
    this.#socket?.close();
  }

  async #connect(): Promise<void> {
    const WebSocket = await webSocketOf(this.#options.webSocket);
    if (this.#isClosed) return;
    const socket = new WebSocket(this.#urls[this.#index]!);
    this.#socket = socket;
    socket.onopen = () => {
      this.#isOpen = true;
      this.#options.onConnection?.(true, '', this.#index);
      this.#heard();
      this.#ask();
    };
    socket.onmessage = ({ data }) => {
      if (this.#socket !== socket) return;
      this.#heard();
      this.#receive(JSON.parse(String(data)) as Message);
    };
    socket.onerror = () => undefined;
    socket.onclose = ({ code, reason }) => {
      if (this.#socket === socket) this.#lost(`${code} ${reason}`.trim());
    };
  }

  /** Sets the clock by which the connection is taken for dead: half-open sockets say nothing. */
  #heard(): void {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => {
      const socket = this.#socket;
      this.#lost('no heartbeat');
      socket?.close();
    }, MISSED_MAX * this.#heartbeatMs);
  }

  #lost(reason: string): void {
    this.#socket = undefined;
    clearTimeout(this.#watch);
    for (const subscription of this.#subscriptions.values()) {
      subscription.isAsked = false;
      subscription.isAstray = false;
    }
    const wasOpen = this.#isOpen;
    this.#isOpen = false;
    if (this.#isClosed) return;
    if (wasOpen) this.#options.onConnection?.(false, reason, this.#index);
    // One that was there a moment ago may be again, with all that was missed: it is tried first.
    else this.#index = (this.#index + 1) % this.#urls.length;
    this.#retry = setTimeout(() => void this.#connect(), this.#delayMs);
    this.#delayMs = Math.min(2 * this.#delayMs, MAX_DELAY_MS);
  }

  /** For all that the server has not been asked for yet. */
  #ask(): void {
    if (!this.#isOpen) return;
    const channels = [...this.#subscriptions]
      .filter(([, { isAsked }]) => !isAsked)
      .map(([channel, subscription]) => {
        subscription.isAsked = true;
        return subscription.at === undefined ? channel : { channel, ...subscription.at };
      });
    if (channels.length > 0) this.#send({ op: 'subscribe', channels });
  }

  #send(request: object): void {
    if (this.#isOpen) this.#socket?.send(JSON.stringify(request));
  }

  #receive(message: Message): void {
    if (message.heartbeatMs !== undefined) this.#heartbeatMs = message.heartbeatMs;
    // The server has taken the connection: the next loss begins with the first delay.
    if (message.type === 'welcome') this.#delayMs = FIRST_DELAY_MS;
    const { channel } = message;
    if (channel === undefined) return;
    const subscription = this.#subscriptions.get(channel);
    if (subscription !== undefined) this.#take(message, channel, subscription);
  }

  #take(message: Message, channel: string, subscription: Subscription): void {
    const { type, data } = message;
    if (type === 'subscribed') {
      subscription.isAstray = false;
    } else if (subscription.isAstray) {
      return;
    } else if (type === 'snapshot') {
      const isGap = subscription.at !== undefined;
      subscription.document = data;
      this.#tell(message, channel, subscription, { type, data, isGap });
    } else if (type === 'patch' || type === 'events') {
      const { at } = subscription;
      if (at?.epoch !== message.epoch || message.seq !== at.seq + 1) {
        this.#askAgain(channel, subscription);
        return;
      }
      if (type === 'patch') {
        subscription.document = applyPatch(subscription.document, data) as JsonObject;
      }
      this.#tell(message, channel, subscription, { type, data });
    } else if (type === 'ended' || type === 'error') {
      this.#subscriptions.delete(channel);
      const { code = '', reason = message.message ?? '' } = message;
      const at = { height: this.#height, timeMs: this.#timeMs };
      const { document } = subscription;
      for (const listener of subscription.listeners) {
        listener({ channel, type, document, ...at, code, reason });
      }
    }
  }

  /** A message is missing: the channel begins anew. */
  #askAgain(channel: string, subscription: Subscription): void {
    subscription.isAstray = true;
    this.#send({ op: 'unsubscribe', channels: [channel] });
    subscription.isAsked = false;
    this.#ask();
  }

  #tell(
    { epoch, seq, height, timeMs }: Message,
    channel: string,
    subscription: Subscription,
    what:
      | { readonly type: 'snapshot'; readonly data: JsonObject; readonly isGap: boolean }
      | { readonly type: 'patch' | 'events'; readonly data: JsonObject },
  ): void {
    subscription.at = { epoch, seq };
    this.#height = Number(height);
    this.#timeMs = Number(timeMs);
    const at = { height: this.#height, timeMs: this.#timeMs };
    const { document } = subscription;
    for (const listener of subscription.listeners) listener({ channel, document, ...at, ...what });
  }
}
