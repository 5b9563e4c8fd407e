import type { Params } from '../../../proto/gen/tenor.accounts.v1.ts';
import type { Params as OptionsParams } from '../../../proto/gen/tenor.options.v1.ts';
import { toJson } from '../../../proto/json.ts';
import { UUSD, mintCoins } from '../bank/index.ts';
import { encodeAddress } from '../../lib/address.ts';
import { defaultOptionsParams, mustSeriesBySymbol } from '../options/index.ts';
import { OptionsChain } from '../options/fixture.ts';
import type { Ctx } from '../../runtime/context.ts';
import {
  accountsModule,
  accountsParams,
  applyTrade,
  creditDeposit,
  defaultAccountsGenesis,
  getSubaccount,
  openSubaccount,
} from './index.ts';

export const USD = 1_000_000n;
export const BTC = 64_000n * USD;
export const CALL = 'BTC-16NOV26T1204-64000-C';
export const PUT = 'BTC-16NOV26T1204-64000-P';
export const START_MS = Date.UTC(2026, 10, 16, 12);

const addresses = new Map<number, string>();

/** Address of the n-th test user. */
export function userAddress(n: number): string {
  const address = addresses.get(n) ?? encodeAddress(new Uint8Array(20).fill(n + 1));
  addresses.set(n, address);
  return address;
}

/** For tests: options with fast expiries below accounts, and users with a million dollars each. */
export class AccountsChain {
  readonly options: OptionsChain;

  constructor(options: OptionsChain) {
    this.options = options;
  }

  static create(users: number, optionsParams: Partial<OptionsParams> = {}): AccountsChain {
    const params = { ...defaultOptionsParams('fast-expiry'), ...optionsParams };
    const chain = new AccountsChain(OptionsChain.create(START_MS, params));
    accountsModule.genesis.init(chain.ctx, toJson(defaultAccountsGenesis()));
    for (let n = 0; n < users; n++) mintCoins(chain.ctx, userAddress(n), UUSD, 1_000_000n * USD);
    return chain;
  }

  /** With all series listed around a BTC index of 64,000. */
  static listed(users: number): AccountsChain {
    const chain = AccountsChain.create(users);
    chain.run(3, BTC);
    return chain;
  }

  get ctx(): Ctx {
    return this.options.ctx;
  }

  setParams(changed: Partial<Params>): void {
    accountsParams.set(this.ctx, { ...accountsParams.get(this.ctx), ...changed });
  }

  /** Opens subaccount 0 of a user with this much cash; returns its id. */
  open(user: number, cashUusd: bigint, number = 0): bigint {
    const { id } = openSubaccount(this.ctx, userAddress(user), number);
    if (cashUusd > 0n) creditDeposit(this.ctx, id, cashUusd);
    return id;
  }

  /** Blocks of a second at these prices, with payouts and fees; returns the context of the last. */
  run(blocks: number, btcUusd: bigint, ethUusd = 3000n * USD): Ctx {
    let ctx = this.ctx;
    for (let i = 0; i < blocks; i++) {
      ctx = this.options.block(1000, { 1: btcUusd, 2: ethUusd });
      accountsModule.beginBlock!(ctx);
      accountsModule.endBlock!(ctx);
    }
    return ctx;
  }

  seriesId(symbol: string): bigint {
    return mustSeriesBySymbol(this.ctx, symbol).id;
  }

  cash(id: bigint): bigint {
    return getSubaccount(this.ctx, id)!.cashUusd;
  }

  /** A trade at 1,000 USD a contract. */
  trade(buyerId: bigint, sellerId: bigint, quantity: bigint, symbol = CALL): void {
    const seriesId = this.seriesId(symbol);
    const premiumUusd = quantity * 100_000n;
    applyTrade(this.ctx, { seriesId, buyerId, sellerId, quantity, premiumUusd });
  }

  /** What the module's invariants say is broken. */
  broken(): string[] {
    return Object.values(accountsModule.invariants).flatMap((check) => check(this.ctx) ?? []);
  }
}
