import type { Json, JsonObject } from './applyPatch.ts';

// What the documents and events of channels are: docs/streams.md. Texts are numbers in base units.

export interface StreamBook {
  readonly symbol: string;
  /** By price. */
  readonly bids: Readonly<Record<string, { readonly quantity: string; readonly orders: number }>>;
  readonly asks: Readonly<Record<string, { readonly quantity: string; readonly orders: number }>>;
}

export interface StreamBookOrders {
  readonly symbol: string;
  /** By price, in the order in which they trade: an id and what remains. */
  readonly bids: Readonly<Record<string, readonly (readonly [string, string])[]>>;
  readonly asks: Readonly<Record<string, readonly (readonly [string, string])[]>>;
}

export interface StreamTrade {
  readonly id: string;
  readonly symbol: string;
  readonly height: string;
  readonly timeMs: string;
  readonly priceUusd: string;
  readonly quantity: string;
  /** 1: the taker bought. */
  readonly takerSide: 1 | 2;
  readonly maker: string;
  readonly taker: string;
  readonly makerSubaccount: number;
  readonly takerSubaccount: number;
  readonly makerOrderId: string;
  readonly takerOrderId: string;
  readonly makerFeeUusd: string;
  readonly takerFeeUusd: string;
  readonly fundFeeUusd: string;
  readonly isLiquidation: boolean;
}

export interface StreamEvent {
  /** docs/events.md. */
  readonly event: string;
  readonly tx?: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface StreamAccountEvents {
  readonly fills: readonly StreamTrade[];
  readonly events: readonly StreamEvent[];
  readonly txs: readonly {
    readonly hash: string;
    readonly code: number;
    readonly codespace: string;
    readonly log: string;
  }[];
}

export interface StreamSubaccount {
  readonly subaccount: JsonObject;
  readonly positions: Readonly<Record<string, JsonObject>>;
  readonly orders: Readonly<Record<string, JsonObject>>;
  readonly triggers: Readonly<Record<string, JsonObject>>;
  readonly quotes: Readonly<Record<string, JsonObject>>;
  readonly quoteGroups: Readonly<Record<string, JsonObject>>;
  readonly quotesReservedUusd: string;
  readonly deadManSwitch?: JsonObject;
  readonly margin?: JsonObject;
  readonly liquidation?: JsonObject;
}

export interface StreamBlock {
  readonly height: string;
  readonly timeMs: string;
  readonly appHash: string;
  readonly txs: number;
  readonly failedTxs: number;
}

/** The document of a channel, by its name. */
export type DocumentOf<C extends string> = C extends `book:${string}:orders`
  ? StreamBookOrders
  : C extends `book:${string}`
    ? StreamBook
    : C extends `account:${string}`
      ? {
          readonly owner: string;
          readonly subaccounts: Readonly<Record<string, StreamSubaccount>>;
        }
      : C extends `ticker:${string}`
        ? { readonly series: Readonly<Record<string, JsonObject>> }
        : JsonObject;

/** What its events are. */
export type EventsOf<C extends string> = C extends `trades:${string}`
  ? { readonly trades: readonly StreamTrade[] }
  : C extends `account:${string}`
    ? StreamAccountEvents
    : C extends 'blocks'
      ? { readonly blocks: readonly StreamBlock[] }
      : C extends 'liquidations'
        ? { readonly events: readonly StreamEvent[] }
        : Json;
