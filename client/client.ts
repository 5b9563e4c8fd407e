import * as clob from '../proto/gen/tenor.clob.v1.ts';
import { MsgDeposit } from '../proto/gen/tenor.accounts.v1.ts';
import { MsgBidLiquidation } from '../proto/gen/tenor.liquidation.v1.ts';
import type * as margin from '../proto/gen/tenor.margin.v1.ts';
import { ClientError } from './errors.ts';
import { Node } from './node.ts';
import { answerOf } from './answerOf.ts';
import { persistently } from './persistently.ts';
import { queries } from './queries.ts';
import type { Query } from './queries.ts';
import { Sender } from './sender.ts';
import type { SendOptions, Sent } from './sender.ts';
import type { TxSigner } from './signer.ts';
import { msgOf } from './signTx.ts';
import type { Msg } from './signTx.ts';
import { TenorStream } from './stream.ts';
import type { StreamListener, StreamOptions } from './stream.ts';
import type {
  BidTerms,
  CancelFilter,
  OrderRequest,
  Quoted,
  QuoteGroupLimits,
  QuoteResult,
  QuoteSide,
  TwoSided,
  WhatIf,
} from './terms.ts';
import type { Trust, Verifier } from './verifier.ts';
import type { VerifiedState } from '../light/index.ts';

export interface ConnectOptions {
  /** Without one the client only asks. */
  readonly signer?: TxSigner;
  /** Which of the owner's subaccounts trades; 0 if absent. */
  readonly subaccount?: number;
  /** What the caller takes for the chain; checked. */
  readonly chainId?: string;
  /** Where `stream` listens, such as `ws://127.0.0.1:1317/stream`. */
  readonly streamUrl?: string;
  /** Of its connection. */
  readonly streamOptions?: StreamOptions;
}

/** One's own order, by either of its names. */
type OrderName = { readonly orderId: bigint } | { readonly clientOrderId: string };
const NO_NAME = { orderId: 0n, clientOrderId: '' };
const NOTHING = { priceUusd: 0n, quantity: 0n };

/** A connection to the exchange, for one subaccount. All errors it throws are `ClientError`. */
export class TenorClient {
  readonly node: Node;
  readonly chainId: string;
  readonly subaccount: number;
  readonly #signer: TxSigner | undefined;
  readonly #sender: Sender | undefined;
  readonly #options: ConnectOptions;
  #stream: TenorStream | undefined;
  #verifier: Promise<Verifier> | undefined;

  private constructor(node: Node, chainId: string, options: ConnectOptions) {
    const { signer, subaccount = 0 } = options;
    this.#options = options;
    this.node = node;
    this.chainId = chainId;
    this.subaccount = subaccount;
    this.#signer = signer;
    this.#sender = signer === undefined ? undefined : new Sender(node, signer, chainId);
  }

  /** @param url a node's RPC */
  static async connect(url: string, options: ConnectOptions = {}): Promise<TenorClient> {
    const node = new Node(url);
    const { network } = (await node.status()).nodeInfo;
    if (options.chainId !== undefined && options.chainId !== network) {
      const message = `The node is of chain ${network}, not ${options.chainId}.`;
      throw new ClientError('wrongChain', message);
    }
    return new TenorClient(node, network, options);
  }

  /** Whose account it is. */
  get owner(): string {
    if (this.#signer !== undefined) return this.#signer.owner ?? this.#signer.address;
    throw new Error('connect with a signer to trade');
  }

  /** Asks any query of `queries`. */
  ask<Q, R>(query: Query<Q, R>, message: Q): Promise<R> {
    return this.node.ask(query, message);
  }

  /** The open orders. */
  async orders(): Promise<clob.Order[]> {
    const { orders } = await this.ask(queries.orders, this.#who());
    return orders;
  }

  /**
   * What trades that have not happened, and a market that is not, would do to the margin of the
   * subaccount. Nothing is sent.
   */
  whatIf({
    trades = [],
    shocks = [],
    cashUusd = 0n,
  }: Partial<WhatIf>): Promise<margin.QueryWhatIfResponse> {
    const asked = { trades: [...trades], shocks: [...shocks], cashUusd };
    const { owner, subaccount: number } = this.#who();
    return this.ask(queries.whatIfTrades, { owner, number, ...asked });
  }

  /** Signs and sends any messages, and waits for their block. */
  send(msgs: readonly Msg[], options?: SendOptions): Promise<Sent> {
    if (this.#sender === undefined) throw new Error('connect with a signer to send');
    return this.#sender.send(msgs, options);
  }

  /**
   * Places an order and waits for what became of it. One with a `clientOrderId` the chain takes
   * once: it is sent again until that is known, also through an outage of the node.
   */
  async place(order: OrderRequest): Promise<clob.MsgPlaceOrderResponse> {
    const msg = msgOf(clob.MsgPlaceOrder, this.#order(order), true);
    const send = (options?: SendOptions) => this.send([msg], options);
    const sent = await (order.clientOrderId ? persistently(send) : send());
    return answerOf(clob.MsgPlaceOrderResponse, sent);
  }

  /** What an order would do, by its real handler on a copy of the state. Nothing is sent. */
  tryOrder(order: OrderRequest): Promise<clob.QueryWhatIfResponse> {
    return this.ask(queries.whatIf, { order: this.#order(order) });
  }

  /** Gives an open order another price or size, of the whole order: what is left out stays. */
  async replace(
    which: OrderName,
    terms: { readonly priceUusd?: bigint; readonly quantity?: bigint; readonly volBp?: number },
  ): Promise<clob.MsgReplaceOrderResponse> {
    const message = { ...this.#sent(), ...NO_NAME, ...which, ...NOTHING, ...terms };
    const msg = msgOf(clob.MsgReplaceOrder, message, true);
    return answerOf(clob.MsgReplaceOrderResponse, await this.send([msg]));
  }

  /** Cancels an order; how much of it was still open. */
  async cancel(which: OrderName): Promise<bigint> {
    const msg = msgOf(clob.MsgCancelOrder, { ...this.#sent(), ...NO_NAME, ...which }, true);
    return answerOf(clob.MsgCancelOrderResponse, await this.send([msg])).cancelled;
  }

  /** Cancels the subaccount's orders, or some of them; how many, and what an auction holds. */
  async cancelAll(filter: CancelFilter = {}): Promise<clob.MsgCancelAllResponse> {
    // Without a sequence: it waits for nothing that was sent before.
    const msg = msgOf(clob.MsgCancelAll, this.#cancelAll(filter), true);
    const sent = await this.send([msg], { isUnordered: true });
    return answerOf(clob.MsgCancelAllResponse, sent);
  }

  /** Up to a hundred actions in order, each with a result of its own. */
  async batch(actions: readonly clob.BatchAction[]): Promise<clob.BatchResult[]> {
    const message = { ...this.#sent(), actions: [...actions] };
    const sent = await this.send([msgOf(clob.MsgBatch, message, true)]);
    return answerOf(clob.MsgBatchResponse, sent).results;
  }

  /**
   * Quotes a series in a group (`setQuoteGroup`): a side that is given replaces the group's last
   * there, null takes it back, one that is left out stays. Quotes never take.
   */
  async quote(series: string, { group, ...sides }: TwoSided): Promise<Quoted> {
    const { bid, ask } = sides;
    const quote = {
      series,
      ...(bid === undefined ? {} : { bid: bid ?? NOTHING }),
      ...(ask === undefined ? {} : { ask: ask ?? NOTHING }),
    };
    const { refusals } = await this.massQuote(group, [quote]);
    const of = (side: QuoteSide | null | undefined, isBuy: boolean): QuoteResult => {
      if (side === undefined) return { state: 'unchanged' };
      if (side === null) return { state: 'withdrawn' };
      const refusal = refusals.find((each) => each.isBuy === isBuy);
      return refusal === undefined ? { state: 'quoted' } : { state: 'refused', code: refusal.code };
    };
    return { bid: of(bid, true), ask: of(ask, false) };
  }

  /** Makes a group of quotes, or sizes it anew: its quotes are taken back. */
  async setQuoteGroup(limits: QuoteGroupLimits): Promise<void> {
    const message = { deltaLimit: 0n, vegaLimitUusd: 0n, maxQuote: 0n, ...limits, ...this.#sent() };
    await this.send([msgOf(clob.MsgSetQuoteGroup, message, true)]);
  }

  /** Up to a hundred quotes of a group: each side given replaces the group's last one there. */
  async massQuote(
    group: string,
    quotes: readonly clob.Quote[],
  ): Promise<clob.MsgMassQuoteResponse> {
    const message = { ...this.#sent(), group, quotes: [...quotes] };
    const sent = await this.send([msgOf(clob.MsgMassQuote, message, true)]);
    return answerOf(clob.MsgMassQuoteResponse, sent);
  }

  /** Takes back the quotes of a group, or of all groups; null where nobody waited for a block. */
  async cancelQuotes(
    group = '',
    options: SendOptions = {},
  ): Promise<clob.MsgCancelQuotesResponse | null> {
    const msg = msgOf(clob.MsgCancelQuotes, { ...this.#sent(), group }, true);
    const sent = await this.send([msg], { isUnordered: true, ...options });
    return sent.outcome === null ? null : answerOf(clob.MsgCancelQuotesResponse, sent);
  }

  /** Quotes, or everything, are cancelled unless this is sent again in time; 0 turns it off. */
  async deadManSwitch(
    timeoutMs: number,
    { everything = false, ...options }: SendOptions & { readonly everything?: boolean } = {},
  ): Promise<void> {
    const message = { ...this.#sent(), timeoutMs, everything };
    await this.send([msgOf(clob.MsgDeadManSwitch, message, true)], options);
  }

  /** Collateral from the owner's balance into the subaccount, within 30 s of the chain's time. */
  async deposit(amountUusd: bigint): Promise<void> {
    const msg = msgOf(MsgDeposit, { ...this.#sent(), amountUusd });
    // Where the chain goes on it cannot come any more once the wait is over.
    const options = { isUnordered: true, lifeSeconds: 30, waitMs: 60_000 };
    await this.send([msg], options);
  }

  /**
   * Bids for a part of an account under liquidation. All bids of a block are cleared at its end:
   * the height of that block. What a bid got is in the block's events.
   */
  async bid(terms: BidTerms, options: Omit<SendOptions, 'isUnordered'> = {}): Promise<number> {
    const msg = msgOf(MsgBidLiquidation, { ...this.#sent(), ...terms }, true);
    const { hash, outcome } = await this.send([msg], { ...options, isUnordered: true });
    if (outcome === null) throw new ClientError('badAnswer', `${hash}: nobody waited for it`);
    return outcome.height;
  }

  /**
   * Listens to a channel, from a snapshot on, until what it returns is called (docs/streams.md). A
   * connection that is lost comes back by itself, and goes on where it was.
   */
  stream<C extends string>(channel: C, listener: StreamListener<C>): () => void {
    const { streamUrl, streamOptions } = this.#options;
    if (streamUrl === undefined) throw new Error('connect with a streamUrl to stream');
    this.#stream ??= new TenorStream(streamUrl, streamOptions);
    return this.#stream.on(channel, listener);
  }

  /**
   * The state of the last height, or of another, of which each record that is read is proved up to
   * the signatures of the validators: the node is believed nothing. What is trusted is given once.
   * @throws LightError
   */
  async verify(trust?: Trust, height: number | null = null): Promise<VerifiedState> {
    if (trust !== undefined) {
      const { Verifier } = await import('./verifier.ts');
      this.#verifier = Verifier.begin(this.node.url, this.chainId, trust);
    }
    if (this.#verifier === undefined) {
      throw new Error('say what is trusted: a genesis file, or a height with its hash');
    }
    return (await this.#verifier).state(height);
  }

  /** Ends the stream. */
  close(): void {
    this.#stream?.close();
    this.#stream = undefined;
  }

  #sent(): { sender: string; subaccount: number } {
    return { sender: this.owner, subaccount: this.subaccount };
  }

  #who(): { owner: string; subaccount: number } {
    return { owner: this.owner, subaccount: this.subaccount };
  }

  #order({ side, ...order }: OrderRequest): clob.MsgPlaceOrder {
    return {
      timeInForce: clob.TimeInForce.TIME_IN_FORCE_GTC,
      postOnly: clob.PostOnly.POST_ONLY_NONE,
      reduceOnly: false,
      selfTrade: clob.SelfTrade.SELF_TRADE_EXPIRE_TAKER,
      clientOrderId: '',
      goodTilSeconds: 0n,
      market: false,
      ...order,
      side: side === 'buy' ? clob.Side.SIDE_BUY : clob.Side.SIDE_SELL,
      ...this.#sent(),
    };
  }

  #cancelAll({ underlying = '', expirySeconds = 0n, series = '' }: CancelFilter) {
    return { ...this.#sent(), underlying, expirySeconds, series };
  }
}
