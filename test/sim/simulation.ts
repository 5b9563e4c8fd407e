import type { ResponseFinalizeBlock } from 'cosmjs-types/tendermint/abci/types';
import { TxMsgData } from 'cosmjs-types/cosmos/base/abci/v1beta1/abci';
import { MsgPlaceOrderResponse } from '../../proto/gen/tenor.clob.v1.ts';
import * as options from '../../proto/gen/tenor.options.v1.ts';
import { Random } from '../crash/random.ts';
import { TestChain } from '../harness/chain.ts';
import { FEE, seriesOf } from '../harness/trading.ts';
import * as accounts from '../../proto/gen/tenor.accounts.v1.ts';
import { compare } from './compare.ts';
import { follow } from './endOfBlock.ts';
import { pause, quotesOf, step } from './feed.ts';
import { agree, Model } from './model/model.ts';
import { held, coverage } from './model/settlement.ts';
import { TIERS } from './model/types.ts';
import type { Account, Quotes, Series } from './model/types.ts';
import type { UserKey } from '../harness/keys.ts';
import type { Tally } from './tally.ts';
import { intend, messageOf } from './traders.ts';
import type { Intent } from './traders.ts';

export interface SimulationOptions {
  readonly seed: number;
  readonly blocks: number;
  readonly traders?: number;
  /** Unix ms; a morning if absent. */
  readonly startMs?: number;
  readonly onBlock?: (height: number, timeMs: number) => void;
}

interface Plan {
  readonly user: UserKey;
  readonly intent: Intent;
}

const ENOUGH_SERIES = 12;
const MARGIN_CODE = 1;

/** A chain and its model under the same random world, compared after every block. */
export class Simulation {
  readonly chain: TestChain;
  readonly model = new Model();
  readonly tally: Tally = {
    ...{ blocks: 0, accepted: 0, refused: 0, trades: 0, settlements: 0, flags: 0 },
    ...{ judged: 0, undecided: 0 },
  };
  readonly #random: Random;
  readonly #ids = new Map<string, bigint>();
  /** What validators saw when they voted last: the prices of the next block. */
  #voted = { btc: 64_000, eth: 3_200, vol: 0.6 };

  private constructor(chain: TestChain, seed: number) {
    this.chain = chain;
    this.#random = new Random(seed);
  }

  static async start({ seed, traders = 8, startMs }: SimulationOptions): Promise<Simulation> {
    const users = Array.from({ length: traders }, (_, i) => `trader${i}`);
    const begin = startMs === undefined ? {} : { startMs };
    const chain = await TestChain.start({ users, genesis: settings, ...begin });
    const simulation = new Simulation(chain, seed);
    for (let i = 0; i < 4; i++) await chain.block();
    simulation.#list();
    return simulation;
  }

  async block(): Promise<void> {
    const { chain, model } = this;
    const random = this.#random;
    const afterMs = pause(random, chain.timeMs, model);
    const timeMs = chain.timeMs + afterMs;
    const quotes = quotesOf(model, this.#voted, timeMs);
    const plans = this.#plans(quotes, this.#tradable(timeMs, quotes));
    const txs = plans.map(({ user, intent }) => {
      const isPaid = intent.kind === 'deposit' || intent.kind === 'withdraw';
      return chain.sign(user, [messageOf(user, intent)], isPaid ? FEE : {});
    });
    chain.market = step(random, chain.market, afterMs / 3_600_000);
    const answer = await chain.block({ txs, afterMs });
    this.#begin(timeMs, quotes, answer);
    const now = quotesOf(model, this.#voted, timeMs);
    for (const i of this.#executed(txs)) {
      const { user, intent } = plans[i]!;
      this.#apply(user.address, intent, now, answer.txResults[i + 1]!);
    }
    follow(model, now, answer.events, this.tally);
    this.#list();
    compare(chain, model, now, this.#ids, this.tally.blocks);
    this.#voted = chain.market;
    this.tally.blocks++;
    Object.assign(this.tally, { judged: model.judged, undecided: model.undecided });
  }

  /** The given transactions of the last block, in the order in which it has them. */
  #executed(txs: readonly Uint8Array[]): number[] {
    const decided = this.chain.decided.at(-1)!.txs.map((tx) => Buffer.from(tx).toString('latin1'));
    return decided
      .map((tx) => txs.findIndex((given) => Buffer.from(given).toString('latin1') === tx))
      .filter((i) => i !== -1);
  }

  /** Two of three traders do something. */
  #plans(quotes: Quotes, listed: readonly Series[]): Plan[] {
    const random = this.#random;
    return [...this.chain.users.values()].flatMap((user) => {
      const intent = intend(random, this.#accountOf(user.address), quotes, listed);
      return intent === null || random.below(3) === 0 ? [] : [{ user, intent }];
    });
  }

  #accountOf(owner: string): Account | undefined {
    const id = this.#ids.get(owner);
    return id === undefined ? undefined : this.model.accounts.get(id);
  }

  /** Near the money and not over: where random orders meet. */
  #tradable(timeMs: number, quotes: Quotes): Series[] {
    const away = (s: Series) =>
      Math.abs(Number(s.strikeUusd) / 1e6 / quotes.index(s.underlyingId) - 1) +
      (s.expirySeconds - timeMs / 1_000) / 8_640_000;
    return [...this.model.series.values()]
      .filter((s) => s.expirySeconds * 1_000 > timeMs)
      .sort((a, b) => away(a) - away(b) || Number(a.id - b.id))
      .slice(0, ENOUGH_SERIES);
  }

  /** Samples, expiries and payouts come before the transactions of a block. */
  #begin(timeMs: number, quotes: Quotes, { events }: ResponseFinalizeBlock): void {
    const { model } = this;
    const expiries = new Map(
      [...model.series.values()].map((s) => [`${s.underlyingId}/${s.expirySeconds}`, s]),
    );
    for (const [key, { underlyingId, expirySeconds }] of expiries) {
      const expiryMs = expirySeconds * 1_000;
      if (timeMs < expiryMs - 1_800_000) continue;
      const samples = model.samples.get(key) ?? [];
      const heldMs = held(
        timeMs,
        this.chain.timeMs === timeMs ? (this.#lastSampleMs.get(key) ?? 0) : 0,
        expiryMs,
        coverage(samples),
      );
      if (heldMs > 0n) {
        samples.push({ priceUusd: quotes.indexUusd(underlyingId), heldMs });
        this.#lastSampleMs.set(key, timeMs);
      }
      model.samples.set(key, samples);
      if (timeMs < expiryMs) continue;
      for (const s of model.series.values()) {
        if (s.underlyingId === underlyingId && s.expirySeconds === expirySeconds) model.purge(s);
      }
      if (coverage(samples) < 1_200_000n) continue;
      const price = model.settle(underlyingId, expirySeconds);
      const said = events
        .filter((e) => e.type === 'expiry_priced')
        .map((e) => e.attributes.find((a) => a.key === 'settlement_uusd')?.value);
      agree(
        said.includes(String(price)),
        `${key} settles at ${price}, the chain says ${said.join()}`,
      );
      this.tally.settlements++;
    }
  }

  readonly #lastSampleMs = new Map<string, number>();

  #apply(
    owner: string,
    intent: Intent,
    quotes: Quotes,
    result: ResponseFinalizeBlock['txResults'][number],
  ): void {
    const { model } = this;
    const isDone = result.code === 0;
    this.tally[isDone ? 'accepted' : 'refused']++;
    if (intent.kind === 'deposit') {
      agree(isDone, `a deposit was refused: ${result.log}`);
      this.#account(owner).cashUusd += BigInt(intent.usd) * 1_000_000n;
      return;
    }
    const account = this.#accountOf(owner)!;
    if (intent.kind === 'withdraw') {
      const isJudged = isDone || (result.codespace === 'margin' && result.code === MARGIN_CODE);
      if (isJudged) model.withdraw(account, intent.amountUusd, quotes, isDone);
    } else if (intent.kind === 'cancel') {
      const rests = [...account.orders].some(({ id }) => id === intent.id);
      agree(rests === isDone, `cancel of ${intent.id}: ${result.log}`);
      if (isDone) model.cancel(intent.id);
    } else if (intent.kind === 'cancelAll') model.cancelAll(account);
    else this.#placed({ ...intent, account }, quotes, result);
  }

  #placed(
    order: Parameters<Model['place']>[0],
    quotes: Quotes,
    { code, codespace, data }: ResponseFinalizeBlock['txResults'][number],
  ): void {
    const { model } = this;
    if (code !== 0) {
      if (codespace === 'margin' && code === MARGIN_CODE) model.refusedForMargin(order, quotes);
      return;
    }
    const { msgResponses } = TxMsgData.decode(data);
    const outcome = MsgPlaceOrderResponse.decode(msgResponses[0]!.value);
    if (outcome.filled > 0n) this.tally.trades++;
    model.place(order, quotes, outcome);
  }

  #account(owner: string) {
    const known = this.#accountOf(owner);
    if (known !== undefined) return known;
    const id = subaccountId(this.chain, owner);
    this.#ids.set(owner, id);
    return this.model.account(id, owner);
  }

  /** What is listed is the chain's to say; the model only reads it. */
  #list(): void {
    const expiries = this.chain.query(
      '/tenor.options.v1.Query/Expiries',
      options.QueryExpiriesRequest,
      options.QueryExpiriesResponse,
      { underlying: '', all: false, beforeSeconds: 0n, limit: 1_000 },
    ).expiries;
    const daily = new Set(
      expiries
        .filter((e) => e.calendar === options.ListingCalendar.LISTING_CALENDAR_DAILY)
        .map((e) => `${e.underlyingId}/${e.expirySeconds}`),
    );
    for (const underlying of ['BTC', 'ETH']) {
      for (const s of seriesOf(this.chain, underlying)) {
        // One that is over may be listed still, until a block has room to close it.
        const isOver = Number(s.expirySeconds) * 1_000 <= this.chain.timeMs;
        if (isOver || this.model.series.has(s.id)) continue;
        this.model.series.set(s.id, {
          ...{ id: s.id, symbol: s.symbol, underlyingId: s.underlyingId, strikeUusd: s.strikeUusd },
          expirySeconds: Number(s.expirySeconds),
          isCall: s.kind === options.OptionKind.OPTION_KIND_CALL,
          isDaily: daily.has(`${s.underlyingId}/${s.expirySeconds}`),
        });
      }
    }
  }
}

/** Prices may be an hour old here: blocks at night are minutes apart. And nobody waits to order. */
function settings(state: Record<string, unknown>): void {
  const change = (module: string, changed: object) =>
    Object.assign((state[module] as { params: object }).params, changed);
  // Nor does the model know auctions yet: gaps between blocks are nights here, not outages.
  change('clob', { auctionSteps: [] });
  change('oracle', { staleAfterMs: '3600000', haltAfterMs: '7200000' });
  const much = { actionsPerMinute: 60_000, actionBurst: 1_000, openOrders: 1_000 };
  const waiting = { quotes: 1_000, triggers: 100 };
  const cancels = { cancelsPerMinute: 60_000, cancelBurst: 2_000 };
  const limits = [{ minEquityUusd: '0', ...much, ...cancels, ...waiting }];
  // Traders here pay a hundredth of what they would elsewhere.
  const feeTiers = TIERS.toReversed().map(({ usd, maker, taker }) => ({
    leastPaidUusd: String(usd * 1_000_000n),
    ...{ makerSharePpm: Number(maker) * 10_000, takerSharePpm: Number(taker) * 10_000 },
  }));
  change('accounts', { limits, feeTiers });
}

function subaccountId(chain: TestChain, owner: string): bigint {
  const { subaccount } = chain.query(
    '/tenor.accounts.v1.Query/Subaccount',
    accounts.QuerySubaccountRequest,
    accounts.QuerySubaccountResponse,
    { owner, number: 0 },
  );
  return subaccount!.id;
}
