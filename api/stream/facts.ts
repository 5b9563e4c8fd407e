/** What the stream is told of a block; the replica's words for it. */
export interface ToldBlock {
  readonly height: number;
  readonly timeMs: number;
  readonly appHash: Uint8Array;
  readonly txs: readonly {
    readonly hash: string;
    readonly result: {
      readonly code: number;
      readonly codespace: string;
      readonly log: string;
      readonly events: readonly BareEvent[];
    };
  }[];
  readonly before: readonly BareEvent[];
  readonly after: readonly BareEvent[];
}

interface BareEvent {
  readonly type: string;
  readonly attributes: readonly { readonly key: string; readonly value: string }[];
}

/** An event with its attributes by name (docs/events.md); of a transaction, or the block's own. */
export interface Fact {
  readonly event: string;
  readonly tx?: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** A transaction, and who signed or sent it. */
export interface TxFact {
  readonly hash: string;
  readonly code: number;
  readonly codespace: string;
  readonly log: string;
  readonly signers: ReadonlySet<string>;
}

/** A block's facts in the order in which they happened, and what they are about. */
export interface BlockFacts {
  readonly height: number;
  readonly timeMs: number;
  readonly appHash: Uint8Array;
  /** Without the injected votes. */
  readonly txs: readonly TxFact[];
  readonly events: readonly Fact[];
  /** Series whose books may have changed. */
  readonly series: ReadonlySet<string>;
  /** Underlyings of which an expiry was settled, so that its series are gone. */
  readonly settled: ReadonlySet<string>;
  /** Addresses that an event of the exchange names, with these events. */
  readonly byAddress: ReadonlyMap<string, readonly Fact[]>;
}

/** The Cosmos SDK's own: about coins and signatures, beside what happened on the exchange. */
const PLAIN = new Set(['tx', 'message', 'coin_spent', 'coin_received', 'transfer']);
const ADDRESS = /^tenor1[0-9a-z]{38,58}$/;

export function factsOf({ txs, before, after, ...header }: ToldBlock): BlockFacts {
  const events: Fact[] = before.map((event) => factOf(event));
  for (const { hash, result } of txs) {
    for (const event of result.events) events.push(factOf(event, hash));
  }
  for (const event of after) events.push(factOf(event));
  const series = new Set<string>();
  const settled = new Set<string>();
  const byAddress = new Map<string, Fact[]>();
  for (const fact of events) {
    const { event, attributes } = fact;
    if (PLAIN.has(event)) continue;
    if (attributes['series'] !== undefined) series.add(attributes['series']);
    for (const quote of attributes['quotes']?.split(' ') ?? []) series.add(quote.split(':')[0]!);
    if (event === 'expiry_settled') settled.add(attributes['underlying']!);
    for (const address of addressesOf(attributes)) {
      const known = byAddress.get(address);
      if (known === undefined) byAddress.set(address, [fact]);
      else known.push(fact);
    }
  }
  return {
    ...header,
    txs: txs.slice(injected(txs)).map(txFactOf),
    events,
    series,
    settled,
    byAddress,
  };
}

/** The votes are the first, emit nothing and are signed by nobody. */
const injected = (txs: ToldBlock['txs']): number =>
  txs[0]?.result.code === 0 && txs[0].result.events.length === 0 ? 1 : 0;

function factOf({ type, attributes }: BareEvent, tx?: string): Fact {
  const named: Record<string, string> = {};
  for (const { key, value } of attributes) named[key] = value;
  return { event: type, ...(tx === undefined ? {} : { tx }), attributes: named };
}

function addressesOf(attributes: Fact['attributes']): Set<string> {
  const found = new Set<string>();
  for (const value of Object.values(attributes)) if (ADDRESS.test(value)) found.add(value);
  return found;
}

function txFactOf({ hash, result }: ToldBlock['txs'][number]): TxFact {
  const signers = new Set<string>();
  for (const { type, attributes } of result.events) {
    for (const { key, value } of attributes) {
      if (type === 'tx' && key === 'acc_seq') signers.add(value.slice(0, value.lastIndexOf('/')));
      if (type === 'message' && key === 'sender') signers.add(value);
    }
  }
  const { code, codespace, log } = result;
  return { hash, code, codespace, log, signers };
}
