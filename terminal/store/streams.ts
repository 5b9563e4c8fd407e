import { batch, signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { TenorStream } from '../../client/stream.ts';
import type { StreamUpdate } from '../../client/stream.ts';
import type { DocumentOf, EventsOf } from '../../client/streamTypes.ts';
import { forFrame } from './frames.ts';

export interface Connection {
  readonly state: 'connecting' | 'live' | 'lost';
  /** Why it was lost. */
  readonly reason: string;
}

/** Of the one WebSocket of the page. */
export const connection = signal<Connection>({ state: 'connecting', reason: '' });

/** The last block that the node has told of. */
export const block = signal({ height: 0, timeMs: 0, seenMs: 0 });

export interface Channel<C extends string> {
  /** As it is now; null before the first snapshot. */
  readonly document: ReadonlySignal<DocumentOf<C> | null>;
  /** Why there will be no more of it; null while there may be. */
  readonly ended: ReadonlySignal<string | null>;
}

interface Open {
  readonly document: ReturnType<typeof signal<unknown>>;
  readonly ended: ReturnType<typeof signal<string | null>>;
  users: number;
  readonly stop: () => void;
}

/** A page that is left and come back to finds its channels as they were for so long. */
const LINGER_MS = 10_000;

const open = new Map<string, Open>();
let stream: TenorStream | undefined;
/** Listeners that came before the network was known. */
const early = new Set<() => void>();

export function connectStreams(nodes: readonly string[], onNode: (index: number) => void): void {
  const urls = nodes.map((url) => `${url.replace(/^http/, 'ws')}/stream`);
  stream = new TenorStream(urls, {
    onConnection: (isConnected, reason, index) => {
      if (isConnected) onNode(index);
      connection.value = { state: isConnected ? 'live' : 'lost', reason };
    },
  });
  stream.on('blocks', (update) => {
    const { height, timeMs } = update;
    if (height > 0) block.value = { height, timeMs, seenMs: Date.now() };
  });
  for (const begin of early) begin();
  early.clear();
}

/** Listens as soon as there is a connection; what it returns ends it. */
function listen<C extends string>(name: C, take: (update: StreamUpdate<C>) => void): () => void {
  if (stream !== undefined) return stream.on(name, take);
  let stop: (() => void) | undefined;
  const begin = () => (stop = stream!.on(name, take));
  early.add(begin);
  return () => {
    early.delete(begin);
    stop?.();
  };
}

function openChannel(name: string): Open {
  const document = signal<unknown>(null);
  const ended = signal<string | null>(null);
  const stop = listen(name, (update) => {
    const isOver = update.type === 'ended' || update.type === 'error';
    // Many channels change with a block: all are shown with the next frame, together.
    forFrame(document, () => {
      batch(() => {
        if (isOver) ended.value = update.reason;
        else document.value = update.document;
      });
    });
  });
  return { document, ended, users: 0, stop };
}

/** A channel of docs/streams.md, and what ends this use of it. */
export function useOf<C extends string>(name: C): readonly [Channel<C>, () => void] {
  let channel = open.get(name);
  if (channel === undefined) {
    channel = openChannel(name);
    open.set(name, channel);
  }
  const used = channel;
  used.users += 1;
  const release = () => {
    used.users -= 1;
    setTimeout(() => {
      if (used.users > 0 || open.get(name) !== used) return;
      open.delete(name);
      used.stop();
    }, LINGER_MS);
  };
  return [used as unknown as Channel<C>, release];
}

const NOTHING: Channel<never> = { document: signal(null), ended: signal(null) };

/** A channel for as long as a component is shown; null for none. */
export function useChannel<C extends string>(name: C | null): Channel<C> {
  const [channel, release] = useMemo(
    () => (name === null ? [NOTHING as unknown as Channel<C>, () => undefined] : useOf(name)),
    [name],
  );
  useEffect(() => release, [release]);
  return channel;
}

/** What happens on a channel, from now on; `onGap` when something may have been missed. */
export function useEvents<C extends string>(
  name: C | null,
  take: (events: EventsOf<C>) => void,
  onGap: () => void = () => undefined,
): void {
  const now = useRef({ take, onGap });
  now.current = { take, onGap };
  useEffect(() => {
    if (name === null) return undefined;
    return listen(name, (update) => {
      if (update.type === 'events') now.current.take(update.data);
      else if (update.type === 'snapshot' && update.isGap) now.current.onGap();
    });
  }, [name]);
}
