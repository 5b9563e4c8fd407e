import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { BaseAccount } from '../../../proto/gen/cosmos.auth.v1beta1.ts';
import { TxBody, TxRaw } from '../../../proto/gen/cosmos.tx.v1beta1.ts';
import * as accounts from '../../../proto/gen/tenor.accounts.v1.ts';
import { Params as MarginParams } from '../../../proto/gen/tenor.margin.v1.ts';
import { Params as RuntimeParams } from '../../../proto/gen/tenor.runtime.v1.ts';
import { defaultAccountsParams } from '../../../app/modules/accounts/index.ts';
import { defaultMarginGenesis } from '../../../app/modules/margin/index.ts';
import { queries } from '../../../client/queries.ts';
import { exitCodes } from '../../errors.ts';
import { FakeNode, Place } from '../../fixture.ts';
import { publicKeyOf, secretOfMnemonic } from '../../keyring/secret.ts';

const mnemonic =
  'abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about';
const alice = await publicKeyOf(await secretOfMnemonic(mnemonic));
const BOB = 'tenor1psmjjm42rhq6nr4h8w0dttvdzt928luad7z8nm';
const USD = 1_000_000n;
const governed: Record<string, Uint8Array> = {
  accounts: accounts.Params.encode(defaultAccountsParams()),
  margin: MarginParams.encode(defaultMarginGenesis().params!),
  runtime: RuntimeParams.encode({
    ...{ authority: '', maxTxGas: 0n, maxTxBytes: 0, maxMsgs: 0, maxMemoBytes: 0 },
    ...{ maxUnorderedTtlSeconds: 0, maxBlockGas: 0n, maxBlockBytes: 0n },
    gasPrices: [{ denom: 'utenor', pricePpm: 1_000n }],
  }),
};

let node: FakeNode;
let place: Place;
beforeEach(async () => {
  place = new Place();
  node = new FakeNode();
  const account = { address: alice.address, accountNumber: 3n, sequence: 8n };
  const { feeTiers } = defaultAccountsParams();
  node
    .answer(queries.account, () => ({
      account: { typeUrl: BaseAccount.typeUrl, value: BaseAccount.encode(account) },
    }))
    .answer(queries.simulate, () => ({ gasInfo: { gasWanted: 0n, gasUsed: 10_000n } }))
    .answer(queries.params, ({ module }) => ({ module, typeUrl: '', params: governed[module]! }))
    .answer(queries.balances, () => ({ balances: [{ denom: 'utenor', amount: '5000' }] }))
    .answer(queries.fees, () => ({
      ...{ paidUusd: 1_234n * USD, todayUusd: 5n * USD, tier: 1, referrer: BOB },
      ...{ terms: feeTiers[1]!, next: feeTiers[2]!, receivedUusd: 7n * USD, owedUusd: 0n },
    }));
  const name = { name: 'alice', address: alice.address, mnemonic };
  place.addTestnet('tenor-local-1', await node.listen(), [name]);
});
afterEach(async () => {
  await node.close();
  place.remove();
});

it('fees are told as the rates that the tier makes, with what the next one takes', async () => {
  const { stdout, exitCode } = await place.run('account fees --from alice');
  expect(exitCode).toBe(exitCodes.ok);
  expect(stdout).toMatch(/tier +1 of 0 to 4/);
  expect(stdout).toMatch(/as maker +0\.024% of index notional/);
  expect(stdout).toMatch(/as taker +0\.0285% of index notional/);
  expect(stdout).toMatch(/next tier +from 10,000\.00 USD: maker 0\.018%, taker 0\.027%/);
  expect(stdout).toMatch(new RegExp(`referrer +${BOB}, who has 10% of the fees`));
  const { stdout: json } = await place.run('account fees --from alice --json');
  expect(JSON.parse(json)).toMatchObject({
    rates: { makerPpm: 240, takerPpm: 285, capPpm: 125_000 },
  });
});

it('a referrer is named by address, and is not oneself', async () => {
  expect((await place.run(`account refer ${BOB} --from alice`)).exitCode).toBe(exitCodes.ok);
  const [message] = TxBody.decode(TxRaw.decode(node.broadcasts[0]!).bodyBytes).messages;
  expect(accounts.MsgSetReferrer.decode(message!.value)).toEqual({
    ...{ sender: alice.address, referrer: BOB },
  });
  for (const who of [alice.address, 'tenor1nobody', 'stranger']) {
    const { exitCode } = await place.run(`account refer ${who} --from alice`);
    expect([exitCodes.usage, exitCodes.key]).toContain(exitCode);
  }
  expect(node.broadcasts).toHaveLength(1);
});
