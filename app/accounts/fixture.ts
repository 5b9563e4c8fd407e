import type { Params } from '../../proto/gen/tenor.accounts.v1.ts';
import type { Params as OptionsParams } from '../../proto/gen/tenor.options.v1.ts';
import { toJson } from '../../proto/json.ts';
import { UUSD, mintCoins } from '../bank/index.ts';
import { encodeAddress } from '../lib/address.ts';
import { defaultOptionsParams } from '../options/index.ts';
import { OptionsChain } from '../options/fixture.ts';
import type { Ctx } from '../runtime/context.ts';
import { accountsModule, defaultAccountsGenesis, openSubaccount } from './index.ts';
import { creditDeposit } from './cash.ts';

export const USD = 1_000_000n;
export const START_MS = Date.parse('2026-11-16T12:00:00Z');

/** Address of the n-th test user. */
export function userAddress(n: number): string {
  return encodeAddress(new Uint8Array(20).fill(n + 1));
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

  get ctx(): Ctx {
    return this.options.ctx;
  }

  setParams(changed: Partial<Params>): void {
    const { genesis } = accountsModule;
    const exported = genesis.export(this.ctx) as { params: object };
    genesis.init(this.ctx, {
      ...exported,
      params: { ...exported.params, ...(toJson(changed) as object) },
    });
  }

  /** Opens subaccount 0 of a user with this much cash; returns its id. */
  open(user: number, cashUusd: bigint, number = 0): bigint {
    const { id } = openSubaccount(this.ctx, userAddress(user), number);
    if (cashUusd > 0n) creditDeposit(this.ctx, id, cashUusd);
    return id;
  }

  /** Blocks of one second at these prices, payouts and fees included; returns the last one's events. */
  run(blocks: number, btcUusd: bigint, ethUusd = 3000n * USD): Ctx {
    let ctx = this.ctx;
    for (let i = 0; i < blocks; i++) {
      ctx = this.options.block(1000, { 1: btcUusd, 2: ethUusd });
      accountsModule.beginBlock!(ctx);
      accountsModule.endBlock!(ctx);
    }
    return ctx;
  }

  /** What the module's invariants say is broken. */
  broken(): string[] {
    return Object.values(accountsModule.invariants).flatMap((check) => check(this.ctx) ?? []);
  }
}
