import type { StreamSubaccount } from '../../../client/streamTypes.ts';
import { MarginMode } from '../../../proto/gen/tenor.accounts.v1.ts';

// What the documents of `account:ADDRESS` hold, as far as it is shown; base units are texts.

export interface Held {
  readonly symbol: string;
  /** 1e-4 contracts, negative is short. */
  readonly quantity: string;
  readonly costUusd: string;
}

export interface OpenOrder {
  readonly id: string;
  readonly symbol: string;
  /** 1: buy. */
  readonly side: number;
  readonly priceUusd: string;
  readonly remaining: string;
  readonly quantity: string;
  readonly filled: string;
  readonly reduceOnly: boolean;
  readonly clientOrderId: string;
  readonly goodTilSeconds?: string;
  readonly volBp?: number;
}

export interface Margin {
  readonly cashUusd: string;
  readonly markToMarketUusd: string;
  readonly initialUusd: string;
  readonly maintenanceUusd: string;
  readonly initialRequirementUusd: string;
  readonly maintenanceRequirementUusd: string;
  readonly mode: number;
  readonly degraded: boolean;
  readonly quotesReservedUusd: string;
}

interface PositionEntry {
  readonly symbol: string;
  readonly position?: { readonly quantity: string; readonly costUusd: string };
}

/** By symbol. */
export const heldOf = (account: StreamSubaccount): readonly Held[] =>
  (Object.values(account.positions) as unknown as readonly PositionEntry[])
    .flatMap(({ symbol, position }) =>
      position === undefined
        ? []
        : [{ symbol, quantity: position.quantity, costUusd: position.costUusd }],
    )
    .sort((a, b) => (a.symbol < b.symbol ? -1 : 1));

export const ordersOf = (account: StreamSubaccount): readonly OpenOrder[] =>
  (Object.values(account.orders) as unknown as readonly OpenOrder[]).toSorted(
    (a, b) => Number(b.id) - Number(a.id),
  );

export const marginOf = (account: StreamSubaccount): Margin | undefined =>
  account.margin as unknown as Margin | undefined;

/** `BTC` of `BTC-27DEC26-64000-C`. */
export const underlyingOf = (symbol: string): string => symbol.split('-')[0] ?? '';

export const MODES: readonly { mode: MarginMode; name: string; text: string }[] = [
  {
    mode: MarginMode.MARGIN_MODE_STANDARD,
    name: 'Standard',
    text: 'Margin by rules an expiry at a time; spreads cost what they can lose.',
  },
  {
    mode: MarginMode.MARGIN_MODE_PORTFOLIO,
    name: 'Portfolio',
    text: 'Margin by the worst of 33 scenarios over all that you hold.',
  },
  {
    mode: MarginMode.MARGIN_MODE_COVERED,
    name: 'Covered',
    text: 'Cash covers every settlement price: never liquidated.',
  },
];

export const modeName = (mode: number): string =>
  MODES.find((one) => (one.mode as number) === mode)?.name ?? 'Unknown';
