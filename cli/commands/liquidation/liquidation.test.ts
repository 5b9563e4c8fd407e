import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { BaseAccount } from '../../../proto/gen/cosmos.auth.v1beta1.ts';
import { TxBody, TxRaw } from '../../../proto/gen/cosmos.tx.v1beta1.ts';
import { MsgUnderwrite, MsgWithdrawUnderwriting } from '../../../proto/gen/tenor.accounts.v1.ts';
import { AuctionKind, MsgBidLiquidation } from '../../../proto/gen/tenor.liquidation.v1.ts';
import type { QueryAuctionResponse } from '../../../proto/gen/tenor.liquidation.v1.ts';
import { Params } from '../../../proto/gen/tenor.runtime.v1.ts';
import { queries } from '../../../client/queries.ts';
import { DEFAULT_LIMITS } from '../../../bidder/index.ts';
import { exitCodes } from '../../errors.ts';
import { FakeNode, Place } from '../../fixture.ts';
import { publicKeyOf, secretOfMnemonic } from '../../keyring/secret.ts';
import { readLimits } from './run.ts';

const mnemonic =
  'abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about';
const alice = await publicKeyOf(await secretOfMnemonic(mnemonic));
const BOB = 'tenor1psmjjm42rhq6nr4h8w0dttvdzt928luad7z8nm';
const USD = 1_000_000n;
const gasRules = Params.encode({
  ...{ authority: '', maxTxGas: 0n, maxTxBytes: 0, maxMsgs: 0, maxMemoBytes: 0 },
  ...{ maxUnorderedTtlSeconds: 0, maxBlockGas: 0n, maxBlockBytes: 0n },
  gasPrices: [{ denom: 'utenor', pricePpm: 1_000n }],
});

function auction(kind: AuctionKind): QueryAuctionResponse {
  return {
    flag: {
      ...{ subaccountId: 17n, owner: BOB, number: 0, sinceHeight: 90n, steps: 2 },
      ...{ maintenanceUusd: -5n * USD, lastStepHeight: 0n, risks: [] },
      auction: {
        ...{ kind, version: 8n, startHeight: 90n, bidInUusd: 0n, underlyings: [], expiries: 1 },
        ...{ lastClearing: undefined },
      },
    },
    terms: undefined,
    bids: [],
  };
}

let kind: AuctionKind = AuctionKind.AUCTION_KIND_SOLVENT;
let node: FakeNode;
let place: Place;
beforeEach(async () => {
  place = new Place();
  node = new FakeNode();
  kind = AuctionKind.AUCTION_KIND_SOLVENT;
  const account = { address: alice.address, accountNumber: 3n, sequence: 8n };
  node
    .answer(queries.account, () => ({
      account: { typeUrl: BaseAccount.typeUrl, value: BaseAccount.encode(account) },
    }))
    .answer(queries.simulate, () => ({ gasInfo: { gasWanted: 0n, gasUsed: 10_000n } }))
    .answer(queries.params, () => ({ module: 'runtime', typeUrl: '', params: gasRules }))
    .answer(queries.balances, () => ({ balances: [{ denom: 'utenor', amount: '5000' }] }))
    .answer(queries.auction, () => auction(kind))
    .answer(queries.funds, () => ({ funds: [] }));
  const name = { name: 'alice', address: alice.address, mnemonic };
  place.addTestnet('tenor-local-1', await node.listen(), [name]);
});
afterEach(async () => {
  await node.close();
  place.remove();
});

const sent = () => TxBody.decode(TxRaw.decode(node.broadcasts[0]!).bodyBytes).messages[0]!.value;

it('a bid names the account and the version of its auction', async () => {
  const { exitCode } = await place.run('liquidation bid 17 25% --limit 0.97 --from alice');
  expect(exitCode).toBe(exitCodes.ok);
  expect(MsgBidLiquidation.decode(sent())).toEqual({
    ...{ sender: alice.address, subaccount: 0, liquidatedId: 17n, version: 8n },
    ...{ fractionPpb: 250_000_000, limitPpm: 970_000, leastPayoutUusd: 0n },
  });
});

it('a bid for an insolvent account says what the fund must pay', async () => {
  const solvent = await place.run('liquidation bid 17 1 --from alice');
  expect([solvent.exitCode, solvent.stderr]).toEqual([
    exitCodes.usage,
    expect.stringContaining('--limit'),
  ]);
  kind = AuctionKind.AUCTION_KIND_INSOLVENT;
  const insolvent = await place.run('liquidation bid 17 1 --limit 0.9 --from alice');
  expect(insolvent.stderr).toContain('--least-payout');
  await place.run('liquidation bid 17 1 --least-payout 500usd --from alice');
  expect(MsgBidLiquidation.decode(sent())).toMatchObject({
    ...{ limitPpm: 0, leastPayoutUusd: 500n * USD, fractionPpb: 1_000_000_000 },
  });
});

it('a fraction of nothing or of more than all is refused before it is sent', async () => {
  for (const text of ['0', '1.01', '101%', 'all']) {
    const { exitCode } = await place.run(`liquidation bid 17 ${text} --limit 0.9 --from alice`);
    expect(exitCode).toBe(exitCodes.usage);
  }
  expect(node.broadcasts).toEqual([]);
});

it('shares of a fund are bought with dollars and asked back by number', async () => {
  await place.run('fund underwrite 1000usd --underlying eth --from alice');
  expect(MsgUnderwrite.decode(sent())).toMatchObject({
    ...{ underlying: 'ETH', amountUusd: 1_000n * USD },
  });
  node.broadcasts.length = 0;
  await place.run('fund withdraw 123456 --from alice');
  expect(MsgWithdrawUnderwriting.decode(sent())).toMatchObject({
    ...{ underlying: 'BTC', shares: 123_456n },
  });
  expect((await place.run('fund withdraw 1.5 --from alice')).exitCode).toBe(exitCodes.usage);
});

it('a bidder takes its limits as typed, and none that make no sense', async () => {
  const flags = {
    ...{ maxNotional: '250000usd', minEdge: '0.2%', fraction: '50%', volDoubt: '0.05' },
  };
  expect(readLimits(flags, DEFAULT_LIMITS)).toEqual({
    ...{ maxNotionalUusd: 250_000n * USD, minEdgePpm: 2_000n },
    ...{ maxFractionPpb: 500_000_000n, volDoubt: 0.05 },
  });
  expect(readLimits({}, DEFAULT_LIMITS)).toEqual(DEFAULT_LIMITS);
  for (const text of ['--fraction 0', '--fraction 101%', '--min-edge all', '--max-notional 5btc']) {
    const { exitCode } = await place.run(`liquidation run ${text} --from alice`);
    expect([text, exitCode]).toEqual([text, exitCodes.usage]);
  }
});

it('a bidder does not sign for another chain than its key is of', async () => {
  node.chainId = 'other-1';
  const { exitCode, stderr } = await place.run('liquidation run --from alice');
  expect([exitCode, stderr]).toEqual([exitCodes.usage, expect.stringContaining('other-1')]);
});
