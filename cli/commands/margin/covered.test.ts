import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { BaseAccount } from '../../../proto/gen/cosmos.auth.v1beta1.ts';
import { MarginMode } from '../../../proto/gen/tenor.accounts.v1.ts';
import { MsgSetMarginMode } from '../../../proto/gen/tenor.margin.v1.ts';
import type { Margin } from '../../../proto/gen/tenor.margin.v1.ts';
import { TxBody, TxRaw } from '../../../proto/gen/cosmos.tx.v1beta1.ts';
import { OptionKind } from '../../../proto/gen/tenor.options.v1.ts';
import { Params } from '../../../proto/gen/tenor.runtime.v1.ts';
import { queries } from '../../../client/queries.ts';
import { exitCodes } from '../../errors.ts';
import { FakeNode, Place } from '../../fixture.ts';
import { publicKeyOf, secretOfMnemonic } from '../../keyring/secret.ts';

const mnemonic =
  'abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about';
const alice = await publicKeyOf(await secretOfMnemonic(mnemonic));
const SYMBOL = 'BTC-27DEC26-60000-P';
const EXPIRY = 1_798_358_400n;
const USD = 1_000_000n;
const SENTENCE = 'cannot be liquidated';

const gasRules = Params.encode({
  ...{ authority: '', maxTxGas: 0n, maxTxBytes: 0, maxMsgs: 0, maxMemoBytes: 0 },
  ...{ maxUnorderedTtlSeconds: 0, maxBlockGas: 0n, maxBlockBytes: 0n },
  gasPrices: [{ denom: 'utenor', pricePpm: 1_000n }],
});

let mode: MarginMode = MarginMode.MARGIN_MODE_COVERED;
let node: FakeNode;
let place: Place;
beforeEach(async () => {
  place = new Place();
  node = new FakeNode();
  const account = { address: alice.address, accountNumber: 3n, sequence: 8n };
  const kind = OptionKind.OPTION_KIND_PUT;
  const rest = { strikeUusd: 60_000n * USD, kind, openInterest: 0n, traded: false };
  const series = { id: 1n, symbol: SYMBOL, underlyingId: 1, expirySeconds: EXPIRY, ...rest };
  node
    .answer(queries.account, () => ({
      account: { typeUrl: BaseAccount.typeUrl, value: BaseAccount.encode(account) },
    }))
    .answer(queries.seriesBySymbol, () => ({ series }))
    .answer(queries.simulate, () => ({ gasInfo: { gasWanted: 0n, gasUsed: 10_000n } }))
    .answer(queries.params, () => ({ module: 'runtime', typeUrl: '', params: gasRules }))
    .answer(queries.balances, () => ({ balances: [{ denom: 'utenor', amount: '5000' }] }))
    .answer(queries.prices, () => ({ prices: [], stablecoins: [], coins: [], timeMs: 0n }))
    .answer(queries.margin, () => ({ margin: covered }))
    .answer(queries.subaccounts, () => ({
      subaccounts: [
        {
          ...{ id: 1n, owner: alice.address, number: 0, cashUusd: 60_000n * USD, mode },
          ...{ positions: 1, openOrders: 0, lossUnderlyingId: 0 },
        },
      ],
    }));
  const name = { name: 'alice', address: alice.address, mnemonic };
  place.addTestnet('tenor-local-1', await node.listen(), [name]);
});
afterEach(async () => {
  await node.close();
  place.remove();
});

const covered: Margin = {
  ...{ cashUusd: 60_000n * USD, markToMarketUusd: 59_000n * USD, initialUusd: 0n },
  ...{ maintenanceUusd: 0n, initialRequirementUusd: 60_000n * USD, degraded: true },
  ...{ maintenanceRequirementUusd: 60_000n * USD, mode: MarginMode.MARGIN_MODE_COVERED },
  ...{ expiries: [], underlyings: [], quotesReservedUusd: 0n },
  covered: [
    {
      ...{ underlyingId: 1, expirySeconds: EXPIRY, heldUusd: 60_000n * USD },
      ...{ orderedUusd: undefined, heldPriceUusd: 0n, orderedPriceUusd: 60_000n * USD },
    },
  ],
};

it('an order of a covered account says that it cannot be liquidated', async () => {
  const order = `order place ${SYMBOL} sell 1 --price 500 --from alice`;
  mode = MarginMode.MARGIN_MODE_COVERED;
  const said = await place.run(order);
  expect([said.stderr, said.stdout]).toEqual(['', expect.stringContaining(SENTENCE)]);
  const json = await place.run(`${order} --json`);
  expect(JSON.parse(json.stdout)).toMatchObject({ cannotBeLiquidated: true });
  mode = MarginMode.MARGIN_MODE_STANDARD;
  const plain = await place.run(order);
  expect([plain.exitCode, plain.stdout.includes(SENTENCE)]).toEqual([exitCodes.ok, false]);
  expect(JSON.parse((await place.run(`${order} --json`)).stdout)).toMatchObject({
    cannotBeLiquidated: false,
  });
});

it('the margin of a covered account tells what each expiry can lose, and where', async () => {
  const { stdout } = await place.run('margin show --from alice');
  expect(stdout).toMatch(/1-27DEC26 +60,000\.00 +0\.00 +– +60,000\.00/);
  expect(stdout).toContain(SENTENCE);
  expect(stdout).not.toContain('No volatility is known');
});

it('the covered mode is chosen by its name', async () => {
  expect((await place.run('margin mode covered --from alice')).exitCode).toBe(exitCodes.ok);
  const { messages } = TxBody.decode(TxRaw.decode(node.broadcasts[0]!).bodyBytes);
  const { mode: wanted } = MsgSetMarginMode.decode(messages[0]!.value);
  expect(wanted).toBe(MarginMode.MARGIN_MODE_COVERED);
  expect((await place.run('margin mode naked --from alice')).stderr).toContain('or covered');
});
