import { TxMsgData } from 'cosmjs-types/cosmos/base/abci/v1beta1/abci';
import type { ExecTxResult } from 'cosmjs-types/tendermint/abci/types';
import * as accounts from '../../proto/gen/tenor.accounts.v1.ts';
import { MsgPlaceOrderResponse } from '../../proto/gen/tenor.clob.v1.ts';
import type { TestChain } from '../harness/chain.ts';
import type { Intent, Plan } from './intents.ts';
import { agree } from './model/disagreement.ts';
import { judgeBid } from './model/bids.ts';
import type { BlockEnd, Liquidations } from './model/liquidation.ts';
import type { NewOrder } from './model/model.ts';
import { judgeBidCash, switchMode, withdraw } from './model/requests.ts';
import type { Account } from './model/types.ts';
import type { Tally } from './tally.ts';

/** What underwriters wait for, as the simulated genesis says. */
export const UNDERWRITING_WAIT_SECONDS = 6 * 3_600;

type Prices = Pick<BlockEnd, 'quotes' | 'isPriceSettledIn'>;

/** Carries out in the model what the chain says that it did with transactions, in its order. */
export class Transactions {
  readonly #chain: TestChain;
  readonly #all: Liquidations;
  readonly #tally: Tally;
  readonly #ids = new Map<string, bigint>();

  constructor(chain: TestChain, all: Liquidations, tally: Tally) {
    this.#chain = chain;
    this.#all = all;
    this.#tally = tally;
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
    const answers = isDone ? TxMsgData.decode(result.data).msgResponses : [];
    plans.forEach((plan, i) => {
      this.#one(plan, { said, log: result.log, answer: answers[i]?.value }, prices);
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
      case 'cancel': {
        const rests = [...account.orders].some(({ id }) => id === intent.id);
        agree(rests === isDone, `cancel of ${intent.id}: ${log}`);
        if (isDone) model.cancel(intent.id);
        return;
      }
      case 'cancelAll':
        model.cancelAll(account);
        return;
      case 'place':
        this.#placed({ ...intent, account }, answered, prices);
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

  #placed(order: NewOrder, { said, answer }: Answered, { quotes }: Prices): void {
    const { model } = this.#all;
    if (said === 'margin/1' || said === 'margin/9') model.refusedForMargin(order, quotes);
    else if (said === 'margin/8') judgeBidCash(order, quotes, false);
    if (answer === undefined) return;
    const outcome = MsgPlaceOrderResponse.decode(answer);
    if (outcome.filled > 0n) this.#tally.trades++;
    judgeBidCash(order, quotes, true);
    model.place(order, quotes, outcome);
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

interface Answered {
  /** `done`, or the code of a refusal. */
  readonly said: string;
  readonly log: string;
  readonly answer: Uint8Array | undefined;
}
