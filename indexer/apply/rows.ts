/** Rows of the tables that are known again while blocks are applied. Amounts are in base units. */
export interface OrderRow {
  readonly order_id: bigint;
  readonly series: string;
  readonly series_id: bigint | null;
  readonly owner: string;
  readonly subaccount: bigint;
  readonly side: string;
  price_uusd: bigint;
  /** All of it: what has filled and what still may. */
  quantity: bigint;
  filled: bigint;
  /** What its fills came to in premium. */
  filled_uusd: bigint;
  fee_uusd: bigint;
  status: 'open' | 'filled' | 'cancelled';
  reason: string | null;
  time_in_force: string;
  reduce_only: boolean;
  readonly liquidation: boolean;
  vol_bp: number | null;
  bound_uusd: bigint | null;
  readonly client_order_id: string | null;
  readonly placed_height: number;
  readonly placed_at: string;
  readonly tx_hash: string | null;
  changed_height: number;
  changed_at: string;
}

export interface SeriesRow {
  readonly series: string;
  /** Null: it was listed before ids were kept. */
  series_id: bigint | null;
  readonly underlying: string;
  readonly expiry: string;
  readonly strike_uusd: bigint;
  readonly kind: string;
  readonly listed_height: number;
  readonly listed_at: string;
  /** It left the list without having traded; its name may come back with another id. */
  removed_height: number | null;
  removed_at: string | null;
}

export interface SubaccountRow {
  readonly owner: string;
  readonly subaccount: bigint;
  readonly subaccount_id: bigint;
  cash_uusd: bigint;
  deposited_uusd: bigint;
  withdrawn_uusd: bigint;
  /** Of what was closed: trades, settlements, liquidations; fees not taken off. */
  realised_uusd: bigint;
  fees_uusd: bigint;
  /** From insurance funds, and shared losses. */
  other_uusd: bigint;
  mode: string;
  readonly opened_height: number;
  readonly opened_at: string;
}

export interface PositionRow {
  readonly owner: string;
  readonly subaccount: bigint;
  readonly series: string;
  /** 1e-4 contracts; negative is short; 0 is to be forgotten. */
  quantity: bigint;
  cost_uusd: bigint;
  changed_height: number;
  changed_at: string;
}

export interface LiquidationRow {
  readonly height: number;
  readonly time: string;
  readonly owner: string;
  readonly subaccount: bigint;
  readonly subaccount_id: bigint;
  readonly maintenance_uusd: bigint;
  steps: bigint;
  released_height: number | null;
  released_at: string | null;
  paid_uusd: bigint;
  fee_uusd: bigint;
  fund_uusd: bigint;
  shared_uusd: bigint;
}

export interface CandleRow {
  readonly kind: 'trade' | 'index' | 'mark' | 'vol-index';
  /** A series; of an index its underlying. Prices of a volatility index are millionths a year. */
  readonly name: string;
  readonly series_id: bigint;
  readonly seconds: number;
  readonly start: string;
  readonly open: bigint;
  high: bigint;
  low: bigint;
  close: bigint;
  quantity: bigint;
  premium_uusd: bigint;
  trades: number;
}

/** Any row as it is written: by column. */
export type Row = Readonly<Record<string, string | number | bigint | boolean | object | null>>;

/** Tables that only grow. */
export type LogTable =
  | 'blocks'
  | 'trades'
  | 'fills'
  | 'transfers'
  | 'settlements'
  | 'liquidation_events'
  | 'index_prices'
  | 'oracle_reports'
  | 'mark_samples'
  | 'equity';
