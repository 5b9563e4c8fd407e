import * as clob from '../proto/gen/tenor.clob.v1.ts';
import { MsgDeposit } from '../proto/gen/tenor.accounts.v1.ts';
import { MsgBidLiquidation } from '../proto/gen/tenor.liquidation.v1.ts';
import type * as margin from '../proto/gen/tenor.margin.v1.ts';
import { ClientError } from './errors.ts';
import { Node } from './node.ts';
import { responseOf } from './outcome.ts';
import type { Outcome } from './outcome.ts';
import { queries } from './queries.ts';
import type { Query } from './queries.ts';
import { Sender } from './sender.ts';
import type { SendOptions, Sent } from './sender.ts';
import type { TxSigner } from './signer.ts';
import { msgOf } from './signTx.ts';
import type { Msg } from './signTx.ts';

export interface ConnectOptions {
  /** Without one the client only asks. */
  readonly signer?: TxSigner;
  /** Which of the owner's subaccounts trades; 0 if absent. */
  readonly subaccount?: number;
  /** What the caller takes for the chain; checked. */
  readonly chainId?: string;
}

/** An order as one thinks of it; what is left out is a plain limit order that rests. */
export interface OrderRequest {
  readonly series: string;
  readonly side: 'buy' | 'sell';
  /** In 1e-4 contracts. */
  readonly quantity: bigint;
  /** Per contract, in uusd. */
  readonly priceUusd: bigint;
  readonly timeInForce?: clob.TimeInForce;
  readonly postOnly?: clob.PostOnly;
  readonly reduceOnly?: boolean;
  readonly selfTrade?: clob.SelfTrade;
  readonly clientOrderId?: string;
  /** Unix seconds from which on it rests no more. */
  readonly goodTilSeconds?: bigint;
  /** The price is only a bound: with IOC or FOK. */
  readonly market?: boolean;
}

/** One side of a quote. */
export type QuoteSide = Pick<OrderRequest, 'quantity' | 'priceUusd'>;

/** What of a group of quotes may fill within its window, and how long it rests after that. */
export interface QuoteGroupLimits {
  readonly group: string;
  readonly underlying: string;
  /** In 1e-4 contracts. */
  readonly quantityLimit: bigint;
  /** The largest quote; the limit itself if absent. */
  readonly maxQuote?: bigint;
  /** Of the sum of fills, in 1e-4 of the underlying; none if absent. */
  readonly deltaLimit?: bigint;
  /** The same for a point of volatility; none if absent. */
  readonly vegaLimitUusd?: bigint;
  readonly windowMs: number;
  readonly freezeMs: number;
}

/** What is bid for, and how high: as `MsgBidLiquidation` has it. */
export type BidTerms = Omit<MsgBidLiquidation, 'sender' | 'subaccount'>;

/** Trades done in order, then shocks; cash that comes or goes before. */
export interface WhatIf {
  readonly trades: readonly margin.HypotheticalTrade[];
  readonly shocks: readonly margin.MarketShock[];
  readonly cashUusd: bigint;
}

export interface CancelFilter {
  readonly underlying?: string;
  readonly expirySeconds?: bigint;
  readonly series?: string;
}

/** A connection to the exchange, for one subaccount. All errors it throws are `ClientError`. */
export class TenorClient {
  readonly node: Node;
  readonly chainId: string;
  readonly subaccount: number;
  readonly #signer: TxSigner | undefined;
  readonly #sender: Sender | undefined;

  private constructor(node: Node, chainId: string, { signer, subaccount = 0 }: ConnectOptions) {
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

  /** Places an order and waits for what became of it. */
  async place(order: OrderRequest): Promise<clob.MsgPlaceOrderResponse> {
    const msg = msgOf(clob.MsgPlaceOrder, this.#order(order), true);
    return answerOf(clob.MsgPlaceOrderResponse, await this.send([msg]));
  }

  /** Cancels an order; how much of it was still open. */
  async cancel(which: { orderId: bigint } | { clientOrderId: string }): Promise<bigint> {
    const names = { orderId: 0n, clientOrderId: '', ...which };
    const msg = msgOf(clob.MsgCancelOrder, { ...this.#sent(), ...names }, true);
    return answerOf(clob.MsgCancelOrderResponse, await this.send([msg])).cancelled;
  }

  /** Cancels the subaccount's orders, or some of them; how many there were. */
  async cancelAll(filter: CancelFilter = {}): Promise<number> {
    // Without a sequence: it waits for nothing that was sent before.
    const msg = msgOf(clob.MsgCancelAll, this.#cancelAll(filter), true);
    const sent = await this.send([msg], { isUnordered: true });
    return answerOf(clob.MsgCancelAllResponse, sent).cancelled;
  }

  /** Up to a hundred actions in order, each with a result of its own. */
  async batch(actions: readonly clob.BatchAction[]): Promise<clob.BatchResult[]> {
    const message = { ...this.#sent(), actions: [...actions] };
    const sent = await this.send([msgOf(clob.MsgBatch, message, true)]);
    return answerOf(clob.MsgBatchResponse, sent).results;
  }

  /**
   * Quotes a series: its orders are replaced by these, which never take. The results of the bid and
   * the ask, if there is one.
   */
  async quote(
    series: string,
    { bid, ask }: { readonly bid?: QuoteSide; readonly ask?: QuoteSide },
  ): Promise<{ bid: clob.BatchResult | undefined; ask: clob.BatchResult | undefined }> {
    const postOnly = clob.PostOnly.POST_ONLY_SLIDE;
    const sides = [bid, ask].map((side, i) =>
      side === undefined
        ? []
        : [{ place: this.#inner({ series, side: i === 0 ? 'buy' : 'sell', postOnly, ...side }) }],
    );
    const first = { cancelAll: { ...this.#cancelAll({ series }), ...NOBODY } };
    const [, ...results] = await this.batch([first, ...sides.flat()]);
    return {
      bid: bid === undefined ? undefined : results[0],
      ask: ask === undefined ? undefined : results[bid === undefined ? 0 : 1],
    };
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

  /** Takes back the quotes of a group, or of all groups of the subaccount; how many. */
  async cancelQuotes(group = '', options: SendOptions = {}): Promise<number | null> {
    const msg = msgOf(clob.MsgCancelQuotes, { ...this.#sent(), group }, true);
    const sent = await this.send([msg], { isUnordered: true, ...options });
    return sent.outcome === null ? null : answerOf(clob.MsgCancelQuotesResponse, sent).cancelled;
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

  #inner(order: OrderRequest): clob.MsgPlaceOrder {
    return { ...this.#order(order), ...NOBODY };
  }

  #cancelAll({ underlying = '', expirySeconds = 0n, series = '' }: CancelFilter) {
    return { ...this.#sent(), underlying, expirySeconds, series };
  }
}

/** Sender and subaccount of an action are its batch's. */
const NOBODY = { sender: '', subaccount: 0 };

type Answer<T> = Parameters<typeof responseOf<T>>[1];

/** What a message answered, of a transaction that was waited for. */
function answerOf<T>(codec: Answer<T>, { hash, outcome }: Sent): T {
  const answer = outcome === null ? null : responseOf(outcome satisfies Outcome, codec);
  if (answer === null) throw new ClientError('badAnswer', `${hash}: no ${codec.typeUrl}`);
  return answer;
}
