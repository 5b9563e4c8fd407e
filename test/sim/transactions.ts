import { TxMsgData } from 'cosmjs-types/cosmos/base/abci/v1beta1/abci';
import type { ExecTxResult } from 'cosmjs-types/tendermint/abci/types';
import * as accounts from '../../proto/gen/tenor.accounts.v1.ts';
import {
  MsgBatchResponse,
  MsgCancelAllResponse,
  MsgDeadManSwitchResponse,
  MsgPlaceOrderResponse,
  MsgPlaceTriggerResponse,
  MsgReplaceOrderResponse,
} from '../../proto/gen/tenor.clob.v1.ts';
import type { BatchResult } from '../../proto/gen/tenor.clob.v1.ts';
import type { TestChain } from '../harness/chain.ts';
import type { Action, Intent, Plan } from './intents.ts';
import { agree } from './model/disagreement.ts';
import { judgeBid } from './model/bids.ts';
import type { BlockEnd, Liquidations } from './model/liquidation.ts';
import { switchMode, withdraw } from './model/requests.ts';
import type { Account } from './model/types.ts';
import type { Answered, OrderActions } from './orderActions.ts';
import { QuoteActions } from './quoteActions.ts';
import { saidOf } from './told.ts';
import type { Tally } from './tally.ts';

/** What underwriters wait for, as the simulated genesis says. */
export const UNDERWRITING_WAIT_SECONDS = 6 * 3_600;

type Prices = Pick<BlockEnd, 'quotes' | 'isPriceSettledIn' | 'isPriceFresh'>;

/** Carries out in the model what the chain says that it did with transactions, in its order. */
export class Transactions {
  readonly #chain: TestChain;
  readonly #all: Liquidations;
  readonly #tally: Tally;
  readonly #orders: OrderActions;
  readonly #quotes: QuoteActions;
  readonly #ids = new Map<string, bigint>();

  constructor(chain: TestChain, all: Liquidations, orders: OrderActions, tally: Tally) {
    this.#chain = chain;
    this.#all = all;
    this.#tally = tally;
    this.#orders = orders;
    this.#quotes = new QuoteActions(all.model, tally);
  }

  /** By owner and number; undefined before its first deposit. */
  account(owner: string, number: number): Account | undefined {
    const id = this.#ids.get(`${owner}/${number}`);
    return id === undefined ? undefined : this.#all.model.accounts.get(id);
  }

  /** A transaction of one intent, or of several that were all wanted. */
  apply(plans: readonly Plan[], result: ExecTxResult, prices: Prices): void {
    const isDone = result.code === 0;
    this.#tally[isDone ? 'accepted' : 'refused']++;
    agree(isDone || plans.length === 1, `a transaction of many was refused: ${result.log}`);
    const said = isDone ? 'done' : `${result.codespace}/${result.code}`;
    const events = result.events.map(saidOf);
    const answers = isDone ? TxMsgData.decode(result.data).msgResponses : [];
    plans.forEach((plan, i) => {
      const answer = answers[i]?.value;
      this.#one(plan, { said, log: result.log, answer, events }, prices);
    });
  }

  #one({ user, number, intent }: Plan, answered: Answered, prices: Prices): void {
    const { said, log } = answered;
    const { model } = this.#all;
    const isDone = said === 'done';
    if (intent.kind === 'deposit') {
      agree(isDone, `a deposit was refused: ${log}`);
      model.deposit(this.#opened(user.address, number), intent.amountUusd);
      return;
    }
    if (intent.kind === 'underwrite' || intent.kind === 'leave') {
      if (isDone) this.#underwrite(user.address, intent, prices.quotes.timeMs);
      return;
    }
    if (intent.kind === 'enable') {
      agree(isDone, `governance was refused: ${log}`);
      if (intent.isEnabled) model.auctions.disabled.delete(intent.underlyingId);
      else model.auctions.disabled.add(intent.underlyingId);
      this.#tally.governed++;
      return;
    }
    if (intent.kind === 'referrer') {
      this.#referrer(user.address, intent.referrer, said);
      return;
    }
    const account = this.account(user.address, number)!;
    switch (intent.kind) {
      case 'withdraw': {
        if (isDone || said.startsWith('margin/') || said.startsWith('accounts/')) {
          withdraw(model, account, intent.amountUusd, prices.quotes, said);
        }
        return;
      }
      case 'mode':
        switchMode(model, account, intent.mode, prices.quotes, isDone);
        if (isDone) this.#tally.switches++;
        return;
      case 'bid':
        this.#bid(account, intent, prices, said);
        return;
      case 'batch':
        if (isDone) this.#batch({ user, number, intent }, intent.actions, answered, prices);
        return;
      case 'group':
      case 'massQuote':
      case 'cancelQuotes':
      case 'freezeGroup':
      case 'resetGroup':
        this.#quotes.apply(intent, account, answered, prices);
        return;
      case 'deadMan':
        this.#deadMan(account, intent, answered, prices.quotes.timeMs);
        return;
      case 'cancel':
      case 'cancelAll':
      case 'replace':
      case 'trigger':
      case 'cancelTrigger':
      case 'place':
        this.#orders.apply({ user, number, intent }, account, answered, prices.quotes);
    }
  }

  #bid(bidder: Account, intent: Intent & { kind: 'bid' }, prices: Prices, said: string): void {
    const { liquidatedId, version, leastPayoutUusd } = intent;
    const [fractionPpb, limitPpm] = [BigInt(intent.fractionPpb), BigInt(intent.limitPpm)];
    const account = this.#all.model.accounts.get(liquidatedId);
    const bid = { bidder, version, fractionPpb, limitPpm, leastPayoutUusd };
    judgeBid(this.#all, account, bid, prices, said);
    if (said === 'done') this.#tally.bids++;
  }

  #underwrite(
    owner: string,
    intent: Intent & { kind: 'underwrite' | 'leave' },
    timeMs: number,
  ): void {
    const { underlyingId } = intent;
    const { model } = this.#all;
    const amountUusd = intent.kind === 'underwrite' ? intent.amountUusd : 0n;
    const shares = intent.kind === 'leave' ? intent.shares : 0n;
    agree(shares <= model.funds.free(owner, underlyingId), `${owner} sells shares it has not`);
    const readyMs = timeMs + UNDERWRITING_WAIT_SECONDS * 1_000;
    model.funds.ask({ owner, underlyingId, amountUusd, shares, readyMs });
  }

  /** Each action has a result of its own. */
  #batch(plan: Plan, actions: readonly Action[], { answer }: Answered, prices: Prices): void {
    const { results } = MsgBatchResponse.decode(answer!);
    agree(results.length === actions.length, `${results.length} results of a batch`);
    this.#tally.batched += results.filter(({ code }) => code === 0).length;
    actions.forEach((intent, i) => {
      const result = results[i]!;
      const { code, codespace } = result;
      const said = code === 0 ? 'done' : `${codespace}/${code}`;
      this.#one({ ...plan, intent }, { said, log: said, answer: answerOf(result) }, prices);
    });
  }

  #deadMan(
    account: Account,
    { timeoutMs, isEverything }: Intent & { kind: 'deadMan' },
    { said, answer }: Answered,
    timeMs: number,
  ): void {
    agree(said === 'done', `a dead-man switch was refused: ${said}`);
    const deadlineMs = timeoutMs === 0 ? 0 : timeMs + timeoutMs;
    const told = MsgDeadManSwitchResponse.decode(answer!).deadlineMs;
    agree(Number(told) === deadlineMs, `a dead-man switch of ${account.id} fires at ${told}`);
    const { switches } = this.#all.model;
    if (deadlineMs === 0) switches.delete(account);
    else switches.set(account, { deadlineMs, isEverything });
  }

  /** Named once, by who is referred; nobody refers themselves, nor each the other. */
  #referrer(owner: string, referrer: string, said: string): void {
    const { referrers } = this.#all.model.fees;
    const isBad = referrer === owner || referrers.get(referrer) === owner;
    const ruled =
      referrer !== owner && referrers.has(owner) ? 'accounts/12' : isBad ? 'accounts/11' : 'done';
    agree(said === ruled, `${owner} names ${referrer}: ${said}, by the rules ${ruled}`);
    if (said === 'done') referrers.set(owner, referrer);
  }

  #opened(owner: string, number: number): Account {
    const known = this.account(owner, number);
    if (known !== undefined) return known;
    const { subaccount } = this.#chain.query(
      '/tenor.accounts.v1.Query/Subaccount',
      accounts.QuerySubaccountRequest,
      accounts.QuerySubaccountResponse,
      { owner, number },
    );
    this.#ids.set(`${owner}/${number}`, subaccount!.id);
    return this.#all.model.account(subaccount!.id, owner, number);
  }
}

/** As it would be in a message of its own. */
function answerOf(result: BatchResult): Uint8Array | undefined {
  const { place, replace, cancelAll, placeTrigger } = result;
  if (place !== undefined) return MsgPlaceOrderResponse.encode(place);
  if (replace !== undefined) return MsgReplaceOrderResponse.encode(replace);
  if (cancelAll !== undefined) return MsgCancelAllResponse.encode(cancelAll);
  return placeTrigger && MsgPlaceTriggerResponse.encode(placeTrigger);
}
