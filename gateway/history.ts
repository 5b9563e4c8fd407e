import { MAX_CANDLES } from './market/chart.ts';
import type { Candle } from './market/chart.ts';
import type { Fill, Order } from './account/order.ts';
import { percentOf } from './market/volIndex.ts';
import type { VolCandle } from './market/volIndex.ts';
import { PLAIN } from './account/order.ts';
import type { Log } from './log.ts';
import { contracts, usd } from './rpc/decimal.ts';
import { RpcError } from './rpc/rpcError.ts';

/** What is asked of it: of a series or an underlying, between two times. */
export interface Span {
  readonly series?: string;
  readonly underlying?: string;
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly orderId?: string;
  /** Only what comes after this one, newest first. */
  readonly afterOrderId?: string;
}

type Row = Readonly<Record<string, string | number | boolean | null>>;

const TIMEOUT_MS = 5_000;
const MOST_ROWS = 1_000;
/** Of a list, so that a question ends: a hundred thousand rows. */
const MOST_PAGES = 100;
const MOST_CANDLES = 5_000;
/** The indexer's names of Deribit's resolutions, which are minutes. */
const RESOLUTIONS: Readonly<Record<number, string>> = {
  ...{ 1: '1m', 3: '3m', 5: '5m', 10: '10m', 15: '15m', 30: '30m', 60: '1h', 120: '2h' },
  ...{ 180: '3h', 360: '6h', 720: '12h', 1440: '1d' },
};

export interface PastSettlement {
  readonly underlying: string;
  readonly expiryMs: number;
  readonly timeMs: number;
  readonly settlementUusd: string;
  readonly payoutUusd: string;
  readonly realisedUusd: string;
}

/**
 * An indexer's history of the account and of markets (docs/guides/history.md). Null where it does
 * not answer: what the gateway has itself is shown then, and the log says so.
 */
export class History {
  readonly #url: string;
  readonly #owner: string;
  readonly #subaccount: number;
  readonly #log: Log;
  #isDown = false;

  constructor(url: string, owner: string, subaccount: number, log: Log) {
    this.#url = url.replace(/\/+$/, '');
    this.#owner = owner;
    this.#subaccount = subaccount;
    this.#log = log;
  }

  /**
   * Trades of the account, oldest first: all of a span, or the newest of them that are enough.
   * @throws RpcError badArguments where that are too many
   */
  async fills(span: Span, isEnough: Enough<Fill> = never): Promise<Fill[] | null> {
    const fills = await this.#pages('fills', span, (row) => this.#fillOf(row), isEnough);
    return fills?.reverse() ?? null;
  }

  /** Orders of the account that rest no more, newest first, until they are enough. */
  ended(span: Span, isEnough: Enough<Order> = never): Promise<Order[] | null> {
    const orders = (row: Row) => (row['status'] === 'open' ? [] : [orderOf(row)]);
    return this.#pages('orders', span, orders, isEnough);
  }

  /** The order of a name, also one that ended long ago; null where nothing answers. */
  async byClientId(clientOrderId: string): Promise<readonly Order[] | null> {
    const query = new URLSearchParams({ clientOrderId, limit: '1' });
    const answer = await this.#get(`${this.#account('orders')}?${query.toString()}`);
    return (answer?.['orders'] as Row[] | undefined)?.map(orderOf) ?? null;
  }

  /** What expiries paid, newest first, until it is enough. */
  settlements(
    span: Span,
    isEnough: Enough<PastSettlement> = never,
  ): Promise<PastSettlement[] | null> {
    return this.#pages('settlements', span, (row) => [settlementOf(row)], isEnough);
  }

  /** Candles of trades, oldest first; where nothing traded the last price goes on. */
  async candles(
    series: string,
    minutes: number,
    { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  ): Promise<Candle[] | null> {
    const asked = { kind: 'trade', resolution: RESOLUTIONS[minutes]!, limit: MOST_CANDLES };
    const rows = await this.#candles(series, { ...asked, from: fromMs, to: toMs + 1 });
    return rows === null ? null : fillGaps(rows.map(candleOfRow), minutes, toMs);
  }

  /** Of the volatility index of an underlying, oldest first: the newest of the span. */
  async volCandles(
    underlying: string,
    resolution: string,
    { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
    limit: number,
  ): Promise<VolCandle[] | null> {
    if (toMs < fromMs) return [];
    const asked = { kind: 'vol-index', resolution, limit, from: fromMs, to: toMs + 1 };
    const rows = await this.#candles(underlying, asked);
    return rows?.map(volCandleOfRow) ?? null;
  }

  async #candles(
    name: string,
    asked: Readonly<Record<string, string | number>>,
  ): Promise<Row[] | null> {
    const query = new URLSearchParams();
    for (const [key, value] of Object.entries(asked)) query.set(key, String(value));
    const path = `/tenor/v1/history/candles/${encodeURIComponent(name)}?${query.toString()}`;
    const answer = await this.#get(path);
    return (answer?.['candles'] as Row[] | undefined) ?? null;
  }

  #account = (list: string): string =>
    `/tenor/v1/history/accounts/${this.#owner}/${this.#subaccount}/${list}`;

  /** Page after page, newest first. Null where the indexer does not answer one. */
  async #pages<T>(
    name: string,
    span: Span,
    read: (row: Row) => readonly T[],
    isEnough: Enough<T>,
  ): Promise<T[] | null> {
    const query = queryOf(span);
    const all: T[] = [];
    for (let pages = 0; pages < MOST_PAGES; pages++) {
      const answer = await this.#get(`${this.#account(name)}?${query.toString()}`);
      const rows = answer?.[name] as Row[] | undefined;
      if (rows === undefined) return null;
      for (const row of rows) all.push(...read(row));
      const next = answer?.['next'];
      if (typeof next !== 'string' || isEnough(all)) return all;
      query.set('cursor', next);
    }
    const reason = `more than ${MOST_PAGES * MOST_ROWS} rows: ask for a shorter time`;
    throw new RpcError('badArguments', { param: 'end_timestamp', reason });
  }

  async #get(path: string): Promise<Record<string, unknown> | null> {
    try {
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      const response = await fetch(this.#url + path, { signal });
      // It knows nothing of it: there is nothing.
      if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
      this.#isDown = false;
      return (await response.json()) as Record<string, unknown>;
    } catch (error) {
      if (!this.#isDown) this.#log({ kind: 'history', reason: (error as Error).message });
      this.#isDown = true;
      return null;
    }
  }

  /** Liquidations that were taken over are no trades. */
  #fillOf(row: Row): Fill[] {
    if (row['tradeId'] === null || row['orderId'] === null) return [];
    const isMaker = row['role'] === 'maker';
    const isBuy = row['side'] === 'buy';
    const [own, other] = [this.#owner, text(row, 'counterparty')];
    const [id, order] = [text(row, 'tradeId'), text(row, 'orderId')];
    const fee = text(row, 'feeUusd');
    return [
      {
        ...{ id, symbol: text(row, 'series'), height: text(row, 'height') },
        ...{ timeMs: text(row, 'timeMs'), priceUusd: text(row, 'priceUusd') },
        ...{ quantity: text(row, 'quantity'), takerSide: isBuy === isMaker ? 2 : 1 },
        ...{ maker: isMaker ? own : other, taker: isMaker ? other : own },
        ...{ makerSubaccount: this.#subaccount, takerSubaccount: this.#subaccount },
        ...{ makerOrderId: isMaker ? order : '', takerOrderId: isMaker ? '' : order },
        ...{ makerFeeUusd: isMaker ? fee : '0', takerFeeUusd: isMaker ? '0' : fee },
        ...{ fundFeeUusd: '0', isLiquidation: false, orderId: order, isBuy, isMaker },
        ...{ feeUusd: BigInt(fee), mark: null, index: null, vol: null },
      },
    ];
  }
}

/** Whether what has come, newest first, is all that is needed. */
type Enough<T> = (newest: readonly T[]) => boolean;
const never = (): boolean => false;

/** Later times than it reads: nothing is of them. */
const MOST_MS = 99_999_999_999_999;

function queryOf(span: Span): URLSearchParams {
  const { series, underlying, orderId, afterOrderId, fromMs, toMs } = span;
  const query = new URLSearchParams({ limit: String(MOST_ROWS) });
  if (series !== undefined) query.set('series', series);
  if (underlying !== undefined) query.set('underlying', underlying);
  if (orderId !== undefined) query.set('orderId', orderId);
  if (afterOrderId !== undefined) query.set('cursor', afterOrderId);
  if (fromMs !== undefined) query.set('from', String(Math.min(fromMs, MOST_MS)));
  if (toMs !== undefined && toMs < MOST_MS) query.set('to', String(toMs + 1));
  return query;
}

const settlementOf = (row: Row): PastSettlement => ({
  ...{ underlying: text(row, 'underlying'), expiryMs: Number(row['expiryMs']) },
  ...{ timeMs: Number(row['timeMs']), settlementUusd: text(row, 'settlementUusd') },
  ...{ payoutUusd: text(row, 'payoutUusd'), realisedUusd: text(row, 'realisedUusd') },
});

const text = (row: Row, name: string): string => String(row[name] ?? '');

function orderOf(row: Row): Order {
  const units = (name: string) => BigInt(text(row, name));
  const force = FORCES[text(row, 'timeInForce')] ?? 'good_til_cancelled';
  return {
    ...{ id: text(row, 'orderId'), symbol: text(row, 'series'), isBuy: row['side'] === 'buy' },
    ...{ priceUusd: units('priceUusd'), quantity: units('quantity'), filled: units('filled') },
    // Of a whole order: dollars are of contracts there, of 1e-4 contracts here.
    ...{ knownFilled: units('filled'), costUusd: units('filledUusd') * 10_000n },
    state: STATES[text(row, 'status')] ?? 'cancelled',
    reason: row['reason'] === null ? null : text(row, 'reason'),
    ...{ clientOrderId: text(row, 'clientOrderId'), reduceOnly: row['reduceOnly'] === true },
    asked: { ...PLAIN, timeInForce: force },
    volBp: row['volBp'] === null ? null : Number(row['volBp']),
    ...{ height: Number(row['placedHeight']), createdMs: Number(row['placedMs']) },
    ...{ updatedMs: Number(row['changedMs']), isReplaced: false, isDelayed: false },
  };
}

const STATES: Readonly<Record<string, Order['state']>> = { open: 'open', filled: 'filled' };
const FORCES: Readonly<Record<string, string>> = {
  ...{ ioc: 'immediate_or_cancel', fok: 'fill_or_kill', gtc: 'good_til_cancelled' },
};

const candleOfRow = (row: Row): Candle => ({
  ...{ tick: Number(row['timeMs']), open: usd(text(row, 'openUusd')) },
  ...{ high: usd(text(row, 'highUusd')), low: usd(text(row, 'lowUusd')) },
  ...{ close: usd(text(row, 'closeUusd')), volume: contracts(text(row, 'quantity')) },
  cost: usd(text(row, 'premiumUusd')),
});

function volCandleOfRow(row: Row): VolCandle {
  const percent = (name: string) => percentOf(Number(row[name]));
  return [
    Number(row['timeMs']),
    ...([percent('openPpm'), percent('highPpm'), percent('lowPpm'), percent('closePpm')] as const),
  ];
}

/**
 * Candles without gaps up to a time: where nothing traded the last price goes on. Of more than are
 * shown at once the newest are kept, whatever times the indexer tells.
 */
export function fillGaps(rows: readonly Candle[], minutes: number, toMs: number): Candle[] {
  const stepMs = minutes * 60_000;
  const end = Math.floor(toMs / stepMs) * stepMs;
  const begin = Math.max(rows[0]?.tick ?? Infinity, end - (MAX_CANDLES - 1) * stepMs);
  const byTick = new Map(rows.map((row) => [row.tick, row]));
  let last = rows.findLast(({ tick }) => tick <= begin)!;
  const whole: Candle[] = [];
  for (let tick = begin; tick <= end; tick += stepMs) {
    last = byTick.get(tick) ?? still(tick, last.close);
    whole.push(last);
  }
  return whole;
}

const still = (tick: number, close: number): Candle => ({
  ...{ tick, open: close, high: close, low: close, close, volume: 0, cost: 0 },
});
