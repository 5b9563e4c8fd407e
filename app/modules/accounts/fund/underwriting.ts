import type { Fund, FundRequest, FundShares } from '../../../../proto/gen/tenor.accounts.v1.ts';
import { addressBytes } from '../../auth/index.ts';
import { UUSD, sendCoins } from '../../bank/index.ts';
import * as keys from '../../../lib/keys.ts';
import { assert } from '../../../lib/assert.ts';
import type { Ctx, View } from '../../../runtime/context.ts';
import { ACCOUNTS_ADDRESS } from '../cash.ts';
import { exitValue, sharesFor } from '../core/fundShares.ts';
import { accountsErrors } from '../errors.ts';
import { params } from '../params.ts';
import { fundQueue, fundRequests, fundShares, funds, nextRequestId } from '../state.ts';
import { fundOf } from './fund.ts';

type Asked = Pick<FundRequest, 'owner' | 'underlyingId' | 'amountUusd' | 'shares'>;

/** Of an owner, by id. */
export function requestsOf(view: View, owner: string): FundRequest[] {
  const parts = keys.address.write(addressBytes(owner));
  return [...fundRequests.under(view, parts)].map(([, request]) => request);
}

/** Shares that still are some: of the fund's present epoch. */
export function sharesOf(view: View, owner: string, { underlyingId, epoch }: Fund): bigint {
  const held = fundShares.get(view, [underlyingId, addressBytes(owner)]);
  return held?.epoch === epoch ? held.shares : 0n;
}

/** Of these, those that are not asked back yet. */
export function freeSharesOf(view: View, owner: string, fund: Fund): bigint {
  let free = sharesOf(view, owner, fund);
  for (const { underlyingId, epoch, shares } of requestsOf(view, owner)) {
    if (underlyingId === fund.underlyingId && epoch === fund.epoch) free -= shares;
  }
  return free;
}

/** Lets an entry or exit wait for its time. @throws Reject fundRequestsCap */
export function waitFor(ctx: Ctx, asked: Asked): FundRequest {
  const { maxFundRequests, underwritingWaitSeconds } = params.get(ctx);
  const { owner, underlyingId } = asked;
  if (requestsOf(ctx, owner).length >= maxFundRequests) {
    throw accountsErrors.fundRequestsCap(
      `at most ${maxFundRequests} entries and exits of an address wait at once: ` +
        'wait for one of yours to be done',
    );
  }
  const id = nextRequestId.get(ctx) ?? 1n;
  nextRequestId.set(ctx, id + 1n);
  const { epoch } = fundOf(ctx, underlyingId);
  const readyMs = BigInt(ctx.header.timeMs) + BigInt(underwritingWaitSeconds) * 1_000n;
  const request = { id, ...asked, epoch, readyMs };
  fundRequests.set(ctx, [addressBytes(owner), id], request);
  fundQueue.set(ctx, [readyMs, id], owner);
  return request;
}

/** Entries and exits whose wait is over, a bounded number a block, in the order of their times. */
export function carryOutRequests(ctx: Ctx): void {
  let left = params.get(ctx).maxFundRequestsPerBlock;
  for (const [[readyMs, id], owner] of fundQueue.entries(ctx)) {
    if (Number(readyMs) > ctx.header.timeMs || left-- === 0) return;
    const key = [addressBytes(owner), id] as const;
    const request = fundRequests.must(ctx, key);
    fundQueue.delete(ctx, [readyMs, id]);
    fundRequests.delete(ctx, key);
    if (request.amountUusd > 0n) enter(ctx, request);
    else leave(ctx, request);
  }
}

function enter(ctx: Ctx, { id, owner, underlyingId, amountUusd }: FundRequest): void {
  const fund = fundOf(ctx, underlyingId);
  const shares = sharesFor(fund, amountUusd);
  if (shares > 0n) {
    funds.set(ctx, underlyingId, {
      ...fund,
      balanceUusd: fund.balanceUusd + amountUusd,
      shares: fund.shares + shares,
    });
    setShares(ctx, owner, fund, sharesOf(ctx, owner, fund) + shares);
  } else {
    // Less than a share costs by now.
    sendCoins(ctx, ACCOUNTS_ADDRESS, owner, UUSD, amountUusd);
  }
  ctx.emit('fund_entered', {
    request_id: id.toString(),
    underlying_id: String(underlyingId),
    owner,
    amount_uusd: amountUusd.toString(),
    shares: shares.toString(),
  });
}

function leave(ctx: Ctx, request: FundRequest): void {
  const { id, owner, underlyingId, shares } = request;
  const fund = fundOf(ctx, underlyingId);
  const sold = request.epoch === fund.epoch ? shares : 0n;
  const amountUusd = exitValue(fund, sold);
  if (sold > 0n) {
    const held = sharesOf(ctx, owner, fund);
    assert(held >= sold, 'shares that were asked back are there');
    funds.set(ctx, underlyingId, {
      ...fund,
      balanceUusd: fund.balanceUusd - amountUusd,
      shares: fund.shares - sold,
    });
    setShares(ctx, owner, fund, held - sold);
  }
  if (amountUusd > 0n) sendCoins(ctx, ACCOUNTS_ADDRESS, owner, UUSD, amountUusd);
  ctx.emit('fund_left', {
    request_id: id.toString(),
    underlying_id: String(underlyingId),
    owner,
    amount_uusd: amountUusd.toString(),
    shares: shares.toString(),
  });
}

function setShares(ctx: Ctx, owner: string, fund: Fund, shares: bigint): void {
  const { underlyingId, epoch } = fund;
  const key = [underlyingId, addressBytes(owner)] as const;
  if (shares === 0n) fundShares.delete(ctx, key);
  else fundShares.set(ctx, key, { underlyingId, owner, shares, epoch } satisfies FundShares);
}
