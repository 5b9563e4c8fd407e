import type { Venue } from '../../proto/gen/tenor.oracle.v1.ts';
import type { OptionQuote } from '../core/buildSmile.ts';

/** A price as one answer or message gives it. */
export interface Tick {
  readonly instrument: string;
  /** Of one unit, in what the instrument is quoted in. */
  readonly price: number;
  /** The venue's own time of this price, Unix ms, where the format has one that is evidence. */
  readonly timeMs?: number;
  /** Equal as long as the venue repeats the same state: nothing that rolls by itself is in it. */
  readonly fingerprint: string;
}

/** A whole option chain as one answer gives it. */
export interface Chain {
  /** The venue's own index, which strikes and forwards refer to. */
  readonly reference: number;
  readonly quote: string;
  readonly quotes: readonly OptionQuote[];
  /** Rows about this underlying that made no sense, and one reason. */
  readonly oddRows: number;
  readonly oddRow: string;
}

/** Prices over a WebSocket. */
export interface StreamApi {
  /** Appended to the source's ws_url. */
  path(instruments: readonly string[]): string;
  /** What to send when the connection is there. */
  subscribe(instruments: readonly string[]): readonly string[];
  /** What keeps it alive, where the venue wants more than WebSocket's own pings. */
  readonly ping?: string;
  /** What a message wants answered, if anything. */
  reply?(message: unknown): string | null;
  /** Prices in a parsed message; none in one about something else. Throws SourceError. */
  read(message: unknown, instruments: readonly string[]): readonly Tick[];
}

/** Changes of a chain over a WebSocket, between two polls. */
export interface ChainStreamApi {
  /** Appended to the source's ws_url. */
  path(instrument: string): string;
  /** What to send when the connection is there. */
  subscribe(instrument: string): readonly string[];
  readonly ping?: string;
  reply?(message: unknown): string | null;
  /**
   * The polled answers with what a message says in them, so that they are read in one way; null for
   * a message about something else. Throws SourceError.
   */
  apply(
    bodies: readonly unknown[],
    message: unknown,
    instrument: string,
  ): readonly unknown[] | null;
}

export interface ChainApi {
  /** Paths to ask together; the answers come in the same order. */
  paths(instrument: string): readonly string[];
  /** Throws SourceError when nothing in the answers is usable. */
  parse(bodies: readonly unknown[], instrument: string): Chain;
  readonly stream?: ChainStreamApi;
}

/** A public API: paths to append to a base URL, and readers of what comes. No keys anywhere. */
export interface Source {
  readonly venue: Venue;
  readonly restUrl: string;
  readonly wsUrl: string;
  tickPath(instrument: string): string;
  /** Throws SourceError. */
  parseTick(body: unknown, instrument: string): Tick;
  /** Of prices; absent where only options are read. */
  readonly stream?: StreamApi;
  readonly chain?: ChainApi;
}
