/** An event with its attributes by key: docs/events.md. */
export interface EventFact {
  readonly type: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface TxFact {
  /** Hex in capitals, as the engine names it; null where nobody needs it. */
  readonly hash: string | null;
  readonly code: number;
  readonly events: readonly EventFact[];
}

/** What a block did, in the order in which it happened. */
export interface BlockFacts {
  readonly height: number;
  readonly timeMs: number;
  /** Its own hash and that of the block before it, hex; the first has none before it. */
  readonly hash: string;
  readonly parentHash: string;
  readonly before: readonly EventFact[];
  /** Without the injected votes, which is the first of a block's where it has them. */
  readonly txs: readonly TxFact[];
  readonly after: readonly EventFact[];
  /** Prices of all series after it, where they were asked for: no event tells them. */
  readonly marks?: readonly Marks[];
}

/** Of an underlying, in one order: lists of the same length. */
export interface Marks {
  readonly underlying: string;
  readonly names: readonly string[];
  readonly marksUusd: readonly bigint[];
  /** In 1e-4 a year; null where a mark needs none. */
  readonly volsBp: readonly (number | null)[];
  /** The 30-day volatility index in millionths a year; absent where the node tells none. */
  readonly volIndexPpm?: number;
}

/** How far a node is, and how far back it goes. */
export interface Range {
  readonly chainId: string;
  readonly first: number;
  readonly last: number;
  /** Hash of the last block; empty before the first. */
  readonly lastHash: string;
}

/** What a chain began with: `app_state` as the node has it. */
export interface Genesis {
  readonly initialHeight: number;
  readonly timeMs: number;
  /** Of all that makes it this chain, the same from every node of it. */
  readonly hash: string;
  readonly state: Readonly<Record<string, unknown>>;
}

/** Where blocks come from. */
export interface BlockSource {
  range(): Promise<Range>;
  /** What the chain began with. */
  genesis(): Promise<Genesis>;
  /** Blocks of these heights, all of which the node has. @throws SourceError */
  blocks(from: number, to: number): Promise<BlockFacts[]>;
}

/** The node cannot tell, or not now. */
export class SourceError extends Error {
  override readonly name = 'SourceError';
  /** Whether asking again later may help. */
  readonly isPassing: boolean;

  constructor(message: string, isPassing = true, options?: ErrorOptions) {
    super(message, options);
    this.isPassing = isPassing;
  }
}

/** What parts the events of a block that came before its transactions from those after them. */
export const BOUNDARY = 'transactions';

/** A block's own events as they were: without a boundary all came after the transactions. */
export function splitEvents(events: readonly EventFact[]): Pick<BlockFacts, 'before' | 'after'> {
  const at = events.findIndex(({ type }) => type === BOUNDARY);
  return { before: events.slice(0, Math.max(at, 0)), after: events.slice(at + 1) };
}
