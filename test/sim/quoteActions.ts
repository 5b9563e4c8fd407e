import {
  MsgCancelQuotesResponse,
  MsgFreezeQuoteGroupResponse,
  MsgMassQuoteResponse,
  MsgSetQuoteGroupResponse,
} from '../../proto/gen/tenor.clob.v1.ts';
import type { Intent } from './intents.ts';
import { agree } from './model/disagreement.ts';
import { budgetOf, freeze, ofName, pull } from './model/groups.ts';
import { massQuote, remembered, wrongWith } from './model/massQuote.ts';
import type { Model } from './model/model.ts';
import type { Account, Group, Series } from './model/types.ts';
import type { BlockEnd } from './model/liquidation.ts';
import type { Answered } from './orderActions.ts';
import type { Tally } from './tally.ts';

export type QuoteIntent = Extract<
  Intent,
  { kind: 'group' | 'massQuote' | 'cancelQuotes' | 'freezeGroup' | 'resetGroup' }
>;

type Prices = Pick<BlockEnd, 'quotes' | 'isPriceFresh'>;

/** Genesis: of a subaccount. */
const MAX_GROUPS = 8;

/** Carries out in the model what the chain did with groups of quotes. */
export class QuoteActions {
  readonly #model: Model;
  readonly #tally: Tally;

  constructor(model: Model, tally: Tally) {
    this.#model = model;
    this.#tally = tally;
  }

  apply(intent: QuoteIntent, account: Account, answered: Answered, prices: Prices): void {
    const { timeMs } = prices.quotes;
    if (intent.kind === 'group') {
      this.#sized(intent, account, answered);
      return;
    }
    if (intent.kind === 'massQuote') {
      this.#quoted(intent, account, answered, prices);
      return;
    }
    const group = ofName(account, intent.group);
    const isAll = intent.kind === 'cancelQuotes' && intent.group === '';
    const ruled = group === undefined && !isAll ? 'clob/41' : 'done';
    agree(answered.said === ruled, `${intent.kind} ${intent.group}: ${answered.said}`);
    if (ruled !== 'done') return;
    if (intent.kind === 'resetGroup') {
      Object.assign(group!, { frozenUntilMs: 0, fills: [] });
      return;
    }
    const taken =
      intent.kind === 'freezeGroup'
        ? freeze(this.#bookOf, group!, timeMs, intent.durationMs, this.#model.mayGo)
        : isAll
          ? this.#model.pullAll(account)
          : pull(this.#bookOf, group!, this.#model.mayGo);
    const codec =
      intent.kind === 'freezeGroup' ? MsgFreezeQuoteGroupResponse : MsgCancelQuotesResponse;
    const { cancelled } = codec.decode(answered.answer!);
    agree(cancelled === taken, `${intent.kind} took ${cancelled}, by the rules ${taken}`);
  }

  readonly #bookOf = (series: Series) => this.#model.book(series);

  /** A group is made, or sized anew: its quotes are pulled and what has filled is forgotten. */
  #sized(intent: Intent & { kind: 'group' }, account: Account, { said, answer }: Answered): void {
    const known = ofName(account, intent.group);
    const isFull = known === undefined && account.groups.length >= MAX_GROUPS;
    const isHeld = known?.quotes.some((quote) => !this.#model.mayGo(quote)) === true;
    const ruled = isFull ? 'clob/44' : isHeld ? 'clob/26' : 'done';
    agree(said === ruled, `group ${intent.group}: ${said}, by the rules ${ruled}`);
    if (answer === undefined) return;
    if (known !== undefined) {
      pull(this.#bookOf, known);
      account.groups.splice(account.groups.indexOf(known), 1);
    }
    const { group: name, underlyingId, limit, maxQuote, deltaLimit, vegaLimitUusd } = intent;
    const { windowMs, freezeMs } = intent;
    const { groupId: id } = MsgSetQuoteGroupResponse.decode(answer);
    const group: Group = {
      ...{ id, account, name, underlyingId, limit, maxQuote, deltaLimit, vegaLimitUusd },
      ...{ windowMs, freezeMs, frozenUntilMs: 0, fills: [], quotes: [], budget: 0n },
    };
    group.budget = budgetOf(group, 0n);
    account.groups.push(group);
  }

  #quoted(
    intent: Intent & { kind: 'massQuote' },
    account: Account,
    { said, answer, events = [] }: Answered,
    { quotes }: Prices,
  ): void {
    const model = this.#model;
    const wrong = wrongWith(account, intent.group, quotes.timeMs);
    const what = `quotes of ${intent.group} of ${account.id}`;
    if (wrong !== undefined) {
      agree(said === wrong, `${what}: ${said}, by the rules ${wrong}`);
      if (wrong === 'clob/43') this.#tally.quotesFrozen++;
      return;
    }
    const group = ofName(account, intent.group)!;
    const names =
      events
        .find(({ type }) => type === 'quotes_set')
        ?.of('quotes')
        .split(' ') ?? [];
    const idOf = ({ symbol }: Series, isBuy: boolean): bigint => {
      const side = `${symbol}:${isBuy ? 'buy' : 'sell'}:`;
      return BigInt(names.find((name) => name.startsWith(side))?.split(':')[3] ?? 0);
    };
    const putBack = remembered(model, group, intent.quotes);
    const { quoted, verdict } = massQuote(model, group, intent.quotes, quotes, {
      ...{ idOf },
    });
    const isCovered = account.mode === 'covered';
    if (said !== 'done') {
      const codes = isCovered ? ['margin/9'] : ['margin/1', 'margin/8'];
      agree(codes.includes(said), `${what}: ${said}`);
      if (!isCovered) model.fits(verdict, false, what);
      putBack();
      return;
    }
    agree(!isCovered, `${what} of a covered account were taken`);
    model.fits(verdict, true, what);
    const told = MsgMassQuoteResponse.decode(answer!);
    const refusals = told.refusals.map(({ index, isBuy, code }) => `${index}/${isBuy}/${code}`);
    const left = `${told.quoted} ${told.removed} ${refusals.sort().join()}`;
    const right = `${quoted.quoted} ${quoted.removed} ${quoted.refusals.sort().join()}`;
    agree(left === right, `${what}: ${left}, by the rules ${right}`);
    this.#tally.quoted += quoted.quoted;
    this.#tally.quotesRefused += refusals.length;
  }
}
