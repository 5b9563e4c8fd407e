import { badParam, RpcError } from '../rpc/rpcError.ts';
import { MAX_CHANNELS } from '../server/connection.ts';
import type { Connection } from '../server/connection.ts';
import type { Services } from '../services.ts';
import { channels as known } from './index.ts';
import type { Channel, Source } from './source.ts';
import type { Subscriptions } from './subscriptions.ts';

/** Of all connections together; books are channels of the node's, which gives 500 to a client. */
const MAX_FEEDS = 2_000;

interface Feed {
  readonly source: Source;
  readonly connections: Set<Connection>;
  stop: () => void;
}

interface Matched {
  readonly channel: Channel;
  readonly parts: Readonly<Record<string, string>>;
}

/** `book.{a}.{b}` as an expression with a group a brace; a brace takes no dot. */
function expressionOf(pattern: string): RegExp {
  const source = pattern.replaceAll('.', '\\.').replaceAll(/\{(\w+)\}/g, '(?<$1>[^.]+)');
  return new RegExp(`^${source}$`);
}

const expressions = known.map((channel) => ({ channel, of: expressionOf(channel.pattern) }));

function match(name: string): Matched {
  for (const { channel, of } of expressions) {
    const found = of.exec(name);
    if (found !== null) return { channel, parts: { ...found.groups } };
  }
  throw badParam('channels', `no channel ${name.slice(0, 64)}`);
}

/** Which connection listens to what; a channel has one source, however many listen. */
export class Hub implements Subscriptions {
  readonly #feeds = new Map<string, Feed>();
  #services: Services | null = null;

  /** Once, before anybody subscribes: services know their hub, too. */
  open(services: Services): void {
    this.#services = services;
  }

  subscribe(connection: Connection, names: readonly string[], isPrivate: boolean): string[] {
    const matched = names.map((name) => ({ name, ...match(name) }));
    if (!isPrivate && matched.some(({ channel }) => channel.isPrivate === true)) {
      throw new RpcError('unauthorized', { reason: 'user channels: private/subscribe' });
    }
    return matched
      .filter(({ name, ...rest }) => this.#add(connection, name, rest))
      .map(({ name }) => name);
  }

  unsubscribe(connection: Connection, names: readonly string[]): string[] {
    for (const name of names) {
      connection.channels.get(name)?.();
      connection.channels.delete(name);
    }
    return [...names];
  }

  #add(connection: Connection, name: string, { channel, parts }: Matched): boolean {
    if (connection.channels.has(name)) return true;
    if (connection.channels.size >= MAX_CHANNELS) {
      throw badParam('channels', `at most ${MAX_CHANNELS} channels a connection`);
    }
    const feed = this.#feeds.get(name) ?? this.#open(name, channel, parts);
    if (feed === null) return false;
    feed.connections.add(connection);
    connection.channels.set(name, () => this.#leave(name, connection));
    const first = feed.source.first();
    // Behind the answer to the subscription.
    if (first !== undefined) setImmediate(() => this.#tell(connection, name, first));
    return true;
  }

  #tell(connection: Connection, name: string, data: unknown): void {
    if (connection.channels.has(name)) connection.notify(name, data);
  }

  #open(name: string, channel: Channel, parts: Matched['parts']): Feed | null {
    if (this.#feeds.size >= MAX_FEEDS) throw new RpcError('tooManyRequests');
    if (this.#services === null) throw new Error('the hub has no services yet');
    const source = channel.source(this.#services, parts);
    if (source === null) return null;
    const feed: Feed = { source, connections: new Set(), stop: () => undefined };
    this.#feeds.set(name, feed);
    feed.stop = source.start((data) => {
      for (const connection of feed.connections) connection.notify(name, data);
    });
    return feed;
  }

  #leave(name: string, connection: Connection): void {
    const feed = this.#feeds.get(name);
    if (feed?.connections.delete(connection) !== true || feed.connections.size > 0) return;
    this.#feeds.delete(name);
    feed.stop();
  }
}
