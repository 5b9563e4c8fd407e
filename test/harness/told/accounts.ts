import type { Told } from './event.ts';

const UNITS = 10_000n;

interface ToldAccount {
  cashUusd: bigint;
  /** By series, in 1e-4 contracts. */
  readonly positions: Map<string, bigint>;
}

/** Cash and positions from events alone. */
export class ToldAccounts {
  readonly #accounts = new Map<string, ToldAccount>();
  readonly #names = new Map<string, string>();

  apply(told: Told): void {
    const { type } = told;
    if (type === 'deposit') this.#deposited(told);
    else if (type === 'withdraw') this.#pay(told.account(), -told.amount('amount_uusd'));
    else if (type === 'trade') this.#traded(told);
    else if (type === 'settlement') this.#settled(told);
    else if (type === 'auction_slice') this.#sliced(told);
    else if (type === 'auction_cleared') this.#pay(told.account(), -told.amount('fee_uusd'));
    else if (type === 'deleveraged') this.#deleveraged(told);
    else if (type === 'loss_shared') {
      this.#pay(told.account('payer', 'payer_subaccount'), -told.amount('amount_uusd'));
      this.#pay(told.account(), told.amount('amount_uusd'));
    } else if (type === 'fund_paid') {
      this.#pay(this.#names.get(told.text('subaccount_id'))!, told.amount('amount_uusd'));
    }
  }

  /** What an account has; nothing where it was not told of. */
  of(account: string): ToldAccount {
    const known = this.#accounts.get(account);
    if (known !== undefined) return known;
    const begun: ToldAccount = { cashUusd: 0n, positions: new Map() };
    this.#accounts.set(account, begun);
    return begun;
  }

  #pay(account: string, uusd: bigint): void {
    this.of(account).cashUusd += uusd;
  }

  #move(account: string, series: string, units: bigint): void {
    const { positions } = this.of(account);
    const held = (positions.get(series) ?? 0n) + units;
    if (held === 0n) positions.delete(series);
    else positions.set(series, held);
  }

  #deposited(told: Told): void {
    const account = told.account('sender');
    if (told.has('subaccount_id')) this.#names.set(told.text('subaccount_id'), account);
    this.#pay(account, told.amount('amount_uusd'));
  }

  #traded(told: Told): void {
    const premium = (told.amount('price_uusd') * told.amount('quantity')) / UNITS;
    const [maker, taker] = [
      told.account('maker', 'maker_subaccount'),
      told.account('taker', 'taker_subaccount'),
    ];
    const takerBuys = told.text('taker_side') === 'buy';
    const units = takerBuys ? told.amount('quantity') : -told.amount('quantity');
    this.#move(taker, told.text('series'), units);
    this.#move(maker, told.text('series'), -units);
    const paid = takerBuys ? premium : -premium;
    this.#pay(taker, -paid - told.amount('taker_fee_uusd'));
    this.#pay(maker, paid - told.amount('maker_fee_uusd'));
  }

  #settled(told: Told): void {
    const account = told.account();
    this.#pay(account, told.amount('payout_uusd') - told.amount('fee_uusd'));
    const prefix = `${told.text('underlying')}-${told.text('expiry')}-`;
    const { positions } = this.of(account);
    for (const series of [...positions.keys()]) {
      if (series.startsWith(prefix)) positions.delete(series);
    }
  }

  #sliced(told: Told): void {
    const [account, bidder] = [told.account(), told.account('bidder', 'bidder_subaccount')];
    for (const leg of told
      .text('legs')
      .split(' ')
      .filter((text) => text !== '')) {
      const [series, units, premium] = leg.split(':') as [string, string, string];
      this.#move(bidder, series, BigInt(units));
      this.#move(account, series, -BigInt(units));
      this.#pay(bidder, -BigInt(premium));
      this.#pay(account, BigInt(premium));
    }
    this.#pay(account, -told.amount('cash_uusd'));
    this.#pay(bidder, told.amount('cash_uusd'));
  }

  #deleveraged(told: Told): void {
    const other = told.account('counterparty', 'counterparty_subaccount');
    const isBuy = told.text('side') === 'buy';
    const units = isBuy ? told.amount('quantity') : -told.amount('quantity');
    const paid = isBuy ? told.amount('premium_uusd') : -told.amount('premium_uusd');
    this.#move(told.account(), told.text('series'), units);
    this.#move(other, told.text('series'), -units);
    this.#pay(told.account(), -paid);
    this.#pay(other, paid);
  }
}
