import { Candles } from './candles.ts';
import type {
  LiquidationRow,
  LogTable,
  OrderRow,
  PositionRow,
  Row,
  SeriesRow,
  SubaccountRow,
} from './rows.ts';

/** What is known of the chain where the last block ended: what later events change again. */
export interface Known {
  readonly subaccounts: Iterable<SubaccountRow>;
  readonly positions: Iterable<PositionRow>;
  /** Those that rest. */
  readonly orders: Iterable<OrderRow>;
  /** Those that are under way. */
  readonly liquidations: Iterable<LiquidationRow>;
  /** Those that are listed. */
  readonly series: Iterable<SeriesRow>;
  /** Time of the last block with marks. */
  readonly sampledMs: number | null;
}

/** An event does not fit what came before it: the history is not of this chain, or has a gap. */
export class LedgerError extends Error {
  override readonly name = 'LedgerError';
}

const accountKey = (owner: string, subaccount: bigint): string => `${owner}/${subaccount}`;

/**
 * The rows that events change, in memory, and what is to be written of them. It is as the database
 * is after each `takeChanges` that was written; when that fails it is good for nothing.
 */
export class Ledger {
  readonly #subaccounts = new Map<string, SubaccountRow>();
  readonly #byId = new Map<bigint, SubaccountRow>();
  /** By account, then series. */
  readonly #positions = new Map<string, Map<string, PositionRow>>();
  readonly #orders = new Map<bigint, OrderRow>();
  readonly #liquidations = new Map<bigint, LiquidationRow>();
  /** By name: those that are listed now. */
  readonly #series = new Map<string, SeriesRow>();
  #sampledMs: number | null;
  #place = '';
  #part = 0;
  #changes: Changes;

  constructor(known: Known) {
    this.#sampledMs = known.sampledMs;
    this.#changes = new Changes(known.sampledMs);
    for (const row of known.subaccounts) this.#addSubaccount(row);
    for (const row of known.positions)
      this.#positionsOf(row.owner, row.subaccount).set(row.series, row);
    for (const row of known.orders) this.#orders.set(row.order_id, row);
    for (const row of known.liquidations) this.#liquidations.set(row.subaccount_id, row);
    for (const row of known.series) this.#series.set(row.series, row);
  }

  /** What is to be written since the last time. */
  takeChanges(): Changes {
    const changes = this.#changes;
    this.#changes = new Changes(this.#sampledMs);
    return changes;
  }

  log(table: LogTable, row: Row): void {
    this.#changes.log(table, row);
  }

  /** Which of an event's rows the next one is: 0, 1, … */
  nextPart({ height, idx }: { readonly height: number; readonly idx: number }): number {
    const place = `${height}-${idx}`;
    this.#part = place === this.#place ? this.#part + 1 : 0;
    this.#place = place;
    return this.#part;
  }

  accounts(): Iterable<SubaccountRow> {
    return this.#subaccounts.values();
  }

  /** Notes the time of marks; that of those before them. */
  moveSampled(timeMs: number): number | null {
    const before = this.#sampledMs;
    this.#sampledMs = timeMs;
    this.#changes.noteSample(timeMs);
    return before;
  }

  /** It is listed, perhaps under a name that another one had. */
  listSeries(row: SeriesRow): void {
    this.#series.set(row.series, row);
    this.#changes.newSeries.add(row);
  }

  /** It left the list: to be changed by the caller. */
  removeSeries(name: string): SeriesRow | undefined {
    const row = this.#series.get(name);
    this.#series.delete(name);
    if (row !== undefined && !this.#changes.newSeries.has(row)) this.#changes.series.add(row);
    return row;
  }

  /** Of the one that is listed under the name. */
  seriesId(name: string): bigint | null {
    return this.#series.get(name)?.series_id ?? null;
  }

  /** An expiry was priced, or settled. */
  expiry(row: Row): void {
    this.#changes.expiries.push(row);
  }

  get candles(): Candles {
    return this.#changes.candles;
  }

  hasSubaccount(owner: string, subaccount: bigint): boolean {
    return this.#subaccounts.has(accountKey(owner, subaccount));
  }

  openSubaccount(row: SubaccountRow): void {
    this.#addSubaccount(row);
    this.#changes.subaccounts.add(row);
  }

  /** To be changed by the caller. @throws LedgerError */
  subaccount(owner: string, subaccount: bigint): SubaccountRow {
    return this.#change(
      this.#subaccounts.get(accountKey(owner, subaccount)),
      `account ${owner} ${subaccount}`,
    );
  }

  /** By the chain's own number. @throws LedgerError */
  subaccountById(id: bigint): SubaccountRow {
    return this.#change(this.#byId.get(id), `account ${id}`);
  }

  /** To be changed by the caller; a new one holds nothing. */
  position(owner: string, subaccount: bigint, series: string): PositionRow {
    const held = this.#positionsOf(owner, subaccount);
    let row = held.get(series);
    if (row === undefined) {
      const none = { quantity: 0n, cost_uusd: 0n, changed_height: 0, changed_at: '' };
      row = { owner, subaccount, series, ...none };
      held.set(series, row);
    }
    this.#changes.positions.add(row);
    return row;
  }

  /** Those of an account that hold something. */
  positionsOf(owner: string, subaccount: bigint): readonly PositionRow[] {
    return [...this.#positionsOf(owner, subaccount).values()].filter((row) => row.quantity !== 0n);
  }

  addOrder(row: OrderRow): void {
    this.#orders.set(row.order_id, row);
    this.#changes.newOrders.add(row);
  }

  /** To be changed by the caller; undefined: it is a quote, or ended long ago. */
  order(id: bigint): OrderRow | undefined {
    const row = this.#orders.get(id);
    if (row !== undefined && !this.#changes.newOrders.has(row)) this.#changes.orders.add(row);
    return row;
  }

  flag(row: LiquidationRow): void {
    this.#liquidations.set(row.subaccount_id, row);
    this.#changes.newLiquidations.add(row);
  }

  /** To be changed by the caller; undefined when none is under way. */
  liquidation(subaccountId: bigint): LiquidationRow | undefined {
    const row = this.#liquidations.get(subaccountId);
    if (row !== undefined && !this.#changes.newLiquidations.has(row)) {
      this.#changes.liquidations.add(row);
    }
    return row;
  }

  release(row: LiquidationRow): void {
    this.#liquidations.delete(row.subaccount_id);
  }

  /** Orders that ended and positions that are none are forgotten: nothing changes them any more. */
  endBlock(): void {
    for (const row of [...this.#changes.newOrders, ...this.#changes.orders]) {
      if (row.status !== 'open') this.#orders.delete(row.order_id);
    }
    for (const { owner, subaccount, series, quantity } of this.#changes.positions) {
      if (quantity === 0n) this.#positionsOf(owner, subaccount).delete(series);
    }
  }

  #addSubaccount(row: SubaccountRow): void {
    this.#subaccounts.set(accountKey(row.owner, row.subaccount), row);
    this.#byId.set(row.subaccount_id, row);
  }

  #positionsOf(owner: string, subaccount: bigint): Map<string, PositionRow> {
    const key = accountKey(owner, subaccount);
    let held = this.#positions.get(key);
    if (held === undefined) this.#positions.set(key, (held = new Map<string, PositionRow>()));
    return held;
  }

  #change(row: SubaccountRow | undefined, name: string): SubaccountRow {
    if (row === undefined)
      throw new LedgerError(`an event is about ${name}, which was never opened`);
    this.#changes.subaccounts.add(row);
    return row;
  }
}

/** What blocks changed, to be written in one transaction. */
export class Changes {
  readonly logs = new Map<LogTable, Row[]>();
  readonly candles = new Candles();
  readonly subaccounts = new Set<SubaccountRow>();
  readonly positions = new Set<PositionRow>();
  readonly newOrders = new Set<OrderRow>();
  readonly orders = new Set<OrderRow>();
  readonly newLiquidations = new Set<LiquidationRow>();
  readonly liquidations = new Set<LiquidationRow>();
  /** Expiries that were priced or settled: they are few. */
  readonly expiries: Row[] = [];
  readonly newSeries = new Set<SeriesRow>();
  readonly series = new Set<SeriesRow>();
  /** From the last marks before these blocks, or the first ever, to the last ones. */
  readonly sampled: { fromMs: number | null; toMs: number | null };

  constructor(sampledMs: number | null) {
    this.sampled = { fromMs: sampledMs, toMs: null };
  }

  noteSample(timeMs: number): void {
    this.sampled.fromMs ??= timeMs;
    this.sampled.toMs = timeMs;
  }

  log(table: LogTable, row: Row): void {
    const rows = this.logs.get(table);
    if (rows === undefined) this.logs.set(table, [row]);
    else rows.push(row);
  }
}
