import { ClientError, msgOf, queries, Refusal, sleep } from '../client/index.ts';
import type { TenorClient } from '../client/index.ts';
import { MsgDeposit } from '../proto/gen/tenor.accounts.v1.ts';
import type { MakerSettings } from './core/settings.ts';
import type { Inventory } from './core/market.ts';
import { Desk } from './desk.ts';
import type { Round } from './desk.ts';
import { Notices } from './notices.ts';
import { readRules } from './readMarket.ts';
import type { DeskReport, MakerReport } from './report.ts';

const MAX_BACKOFF_MS = 10_000;
/** Of a shutdown: blocks may not come any more. */
const GOODBYE_MS = 3_000;
const UNITS_PER_CONTRACT = 10_000;
const UUSD = 1e6;

export interface MakerEvents {
  /** What happened, in a sentence. */
  readonly onNotice: (text: string) => void;
  readonly onReport: (report: MakerReport) => void;
}

/** Why a maker stopped by itself: its own limit, or settings that cannot be. */
export class MakerStopped extends Error {
  override readonly name = 'MakerStopped';
}

/**
 * Quotes until the signal fires, then takes its quotes back; its last report. What it knows it
 * reads from the chain each round, so that it goes on after a restart where it was.
 * Throws `MakerStopped` at its own limit of loss. A node that does not answer is asked again.
 */
export async function runMaker(
  client: TenorClient,
  settings: MakerSettings,
  events: MakerEvents,
  signal: AbortSignal,
): Promise<MakerReport> {
  const maker = new Maker(client, settings, events);
  try {
    await maker.run(signal);
  } finally {
    await maker.goodbye();
  }
  return maker.report();
}

class Maker {
  readonly #client: TenorClient;
  readonly #settings: MakerSettings;
  readonly #events: MakerEvents;
  readonly #notices: Notices;
  #desks: Desk[] = [];
  #reports: DeskReport[] = [];
  #held: Inventory | null = null;
  #equityUusd: bigint | null = null;
  #firstEquityUusd: bigint | null = null;
  #filled = 0;
  #heardMs = 0;
  #reportedMs = 0;

  constructor(client: TenorClient, settings: MakerSettings, events: MakerEvents) {
    this.#client = client;
    this.#settings = settings;
    this.#events = events;
    this.#notices = new Notices(events.onNotice, () => Date.now());
  }

  async run(signal: AbortSignal): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      const startedMs = Date.now();
      let delayMs = this.#settings.intervalMs;
      try {
        await untilAborted(this.#round(startedMs, signal), signal);
        failures = 0;
        this.#notices.settle('node', 'The node answers again.');
      } catch (error) {
        if (!(error instanceof ClientError)) throw error;
        this.#notices.say('node', error.message);
        delayMs = Math.min(delayMs * 2 ** ++failures, MAX_BACKOFF_MS);
      }
      const nowMs = Date.now();
      if (nowMs - this.#reportedMs >= this.#settings.reportMs && this.#held !== null) {
        this.#reportedMs = nowMs;
        this.#events.onReport(this.report());
      }
      await sleep(Math.max(0, delayMs - (nowMs - startedMs)), signal);
    }
  }

  report(): MakerReport {
    const [equity, first] = [this.#equityUusd, this.#firstEquityUusd];
    const sum = (count: (desk: Desk) => number) =>
      this.#desks.reduce((all, desk) => all + count(desk), 0);
    return {
      timeMs: Date.now(),
      desks: this.#reports,
      positions: this.#held?.size ?? 0,
      equityUusd: equity,
      gainUusd: equity === null || first === null ? null : equity - first,
      sidesSent: sum(({ counts }) => counts.sent),
      sidesRefused: sum(({ counts }) => counts.refused),
      contractsFilled: this.#filled,
    };
  }

  /** After what is on its way, so in sequence. If no block takes it, the dead-man switch does. */
  async goodbye(): Promise<void> {
    if (this.#heardMs === 0) return;
    const options = { isUnordered: false, waitMs: GOODBYE_MS };
    await this.#client.cancelQuotes('', options).catch((error: unknown) => {
      if (!(error instanceof ClientError)) throw error;
      this.#events.onNotice(`Quotes are left to the dead-man switch: ${error.message}`);
    });
  }

  /** Once the signal has fired nothing more is sent: what follows the goodbye would stay. */
  async #round(nowMs: number, signal: AbortSignal): Promise<void> {
    if (this.#desks.length === 0) await this.#open();
    const round = { ...(await this.#read(nowMs)), signal };
    signal.throwIfAborted();
    this.#requireEquity();
    if (nowMs - this.#heardMs >= this.#settings.deadManMs / 3) {
      await this.#client.deadManSwitch(this.#settings.deadManMs);
      this.#heardMs = nowMs;
    }
    this.#reports = await Promise.all(this.#desks.map((desk) => desk.quote(round)));
  }

  /** The account, opened with the capital where there is none, and a desk an underlying. */
  async #open(): Promise<void> {
    const { owner, subaccount } = this.#client;
    const rules = await readRules(this.#client);
    const desks = this.#settings.underlyings.map((symbol) => {
      const found = rules.get(symbol);
      if (found !== undefined) {
        return new Desk(this.#client, found, this.#settings, this.#notices);
      }
      const known = [...rules.keys()].join(', ');
      throw new MakerStopped(`There is no underlying ${symbol}: there are ${known}.`);
    });
    const { subaccounts } = await this.#client.ask(queries.subaccounts, { owner });
    if (!subaccounts.some(({ number }) => number === subaccount)) {
      const amountUusd = this.#settings.capitalUusd;
      await this.#client
        .send([msgOf(MsgDeposit, { sender: owner, subaccount, amountUusd })])
        .catch(stopWhenRefused);
    }
    this.#desks = desks;
  }

  async #read(nowMs: number): Promise<Omit<Round, 'signal'>> {
    const { owner, subaccount } = this.#client;
    const who = { owner, subaccount };
    const account = { owner, number: subaccount };
    const [status, { positions }, { margin }, { groups }, { quotes }] = await Promise.all([
      this.#client.node.status(),
      this.#client.ask(queries.subaccount, account),
      this.#client.ask(queries.margin, account),
      this.#client.ask(queries.quoteGroups, who),
      this.#client.ask(queries.quotes, { ...who, group: '' }),
    ]);
    const held = new Map(
      positions.map(({ symbol, position }) => [
        symbol,
        Number(position!.quantity) / UNITS_PER_CONTRACT,
      ]),
    );
    this.#tellFills(held);
    // Without a volatility, what is held is worth less than it is: no loss to stop at.
    if (margin !== undefined && !margin.degraded) {
      this.#equityUusd = margin.markToMarketUusd;
      this.#firstEquityUusd ??= margin.markToMarketUusd;
    }
    const blockSeconds = BigInt(Math.floor(status.syncInfo.latestBlockTime.getTime() / 1000));
    return { held, blockSeconds, nowMs, groups, quotes };
  }

  /** What of an expired series is gone was paid out, not traded; the few are told alike. */
  #tellFills(held: Inventory): void {
    const before = this.#held;
    this.#held = held;
    if (before === null) return;
    for (const symbol of new Set([...before.keys(), ...held.keys()])) {
      const contracts = held.get(symbol) ?? 0;
      const change = contracts - (before.get(symbol) ?? 0);
      if (change === 0) continue;
      this.#filled += Math.abs(change);
      const done = `${change > 0 ? 'bought' : 'sold'} ${plain(Math.abs(change))} ${symbol}`;
      this.#events.onNotice(`${done}, now ${plain(contracts)}`);
    }
  }

  #requireEquity(): void {
    const { minEquityUsd } = this.#settings;
    const equity = this.#equityUusd;
    if (minEquityUsd === 0 || equity === null || Number(equity) / UUSD >= minEquityUsd) return;
    throw new MakerStopped(`Its equity is below its limit of ${minEquityUsd} USD: stopped.`);
  }
}

function stopWhenRefused(error: unknown): never {
  if (!(error instanceof Refusal)) throw error;
  throw new MakerStopped(`Its account cannot be opened: ${error.message}`);
}

/** Contracts have four decimals at most. */
const plain = (contracts: number): string => String(Math.round(contracts * 1e4) / 1e4);

/** Rejects with nothing to say once the signal fires: what is under way is not waited for. */
function untilAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  let end: () => void = () => undefined;
  const aborted = new Promise<void>((resolve) => {
    end = resolve;
    signal.addEventListener('abort', end, { once: true });
  });
  // What fails after that failed because of it.
  return Promise.race([work, aborted]).finally(() => {
    signal.removeEventListener('abort', end);
    work.catch(() => undefined);
  });
}
