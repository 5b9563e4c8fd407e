import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { queries } from '../../client/queries.ts';
import { BaseAccount } from '../../proto/gen/cosmos.auth.v1beta1.ts';
import { TxMsgData } from '../../proto/gen/cosmos.base.abci.v1beta1.ts';
import { PubKey } from '../../proto/gen/cosmos.crypto.secp256k1.ts';
import { AuthInfo, TxBody, TxRaw } from '../../proto/gen/cosmos.tx.v1beta1.ts';
import { MsgCancelAll, MsgCancelAllResponse } from '../../proto/gen/tenor.clob.v1.ts';
import { Params } from '../../proto/gen/tenor.runtime.v1.ts';
import * as pb from '../../proto/gen/tenor.sessions.v1.ts';
import { exitCodes } from '../errors.ts';
import { FakeNode, Place } from '../fixture.ts';
import { publicKeyOf, secretOfMnemonic } from '../keyring/secret.ts';

const mnemonic =
  'abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about';
const alice = await publicKeyOf(await secretOfMnemonic(mnemonic));
const botMnemonic = 'zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo wrong';
const bot = await publicKeyOf(await secretOfMnemonic(botMnemonic));
/** When the fake node's last block was. */
const BLOCK_SECONDS = BigInt(Math.floor(Date.UTC(2026, 10, 22, 21, 28, 14) / 1_000));

let node: FakeNode;
let place: Place;
beforeEach(async () => {
  place = new Place();
  node = new FakeNode();
  const account = { address: alice.address, accountNumber: 3n, sequence: 8n };
  const any = { typeUrl: BaseAccount.typeUrl, value: BaseAccount.encode(account) };
  const limits = { authority: '', maxTxGas: 0n, maxTxBytes: 0, maxMsgs: 0, maxMemoBytes: 0 };
  const block = { maxUnorderedTtlSeconds: 0, maxBlockGas: 0n, maxBlockBytes: 0n, gasPrices: [] };
  const params = Params.encode({ ...limits, ...block });
  node
    .answer(queries.account, () => ({ account: any }))
    .answer(queries.simulate, () => ({ gasInfo: { gasWanted: 0n, gasUsed: 10_000n } }))
    .answer(queries.params, () => ({ module: 'runtime', typeUrl: '', params }))
    .answer(queries.balances, () => ({ balances: [] }));
  const names = [
    { name: 'alice', address: alice.address, mnemonic },
    { name: 'bot', address: bot.address, mnemonic: botMnemonic },
  ];
  place.addTestnet('tenor-local-1', await node.listen(), names);
});
afterEach(async () => {
  await node.close();
  place.remove();
});

const sent = () => TxBody.decode(TxRaw.decode(node.broadcasts[0]!).bodyBytes).messages[0]!;

describe('sessions', () => {
  it('are granted for a time from the last block on, within bounds', async () => {
    const bounds = '--for 24h --messages order,quote --underlying btc --band 2.5% --daily 100';
    const { exitCode } = await place.run(`session grant ${bot.address} ${bounds} --from alice`);
    expect(exitCode).toBe(exitCodes.ok);
    expect(pb.MsgGrantSession.decode(sent().value)).toEqual({
      ...{ sender: alice.address, key: bot.address, subaccounts: [0], underlyings: ['BTC'] },
      ...{ messages: [1, 2], expiresSeconds: BLOCK_SECONDS + 86_400n },
      ...{ priceBandPpm: 25_000, dailyQuantity: 1_000_000n },
    });
  });

  it('are revoked', async () => {
    const { exitCode } = await place.run(`session revoke ${bot.address} --from alice`);
    expect(exitCode).toBe(exitCodes.ok);
    const message = { sender: alice.address, key: bot.address };
    expect(pb.MsgRevokeSession.decode(sent().value)).toEqual(message);
  });

  it('are listed with what was used of the day', async () => {
    const session = {
      ...{ owner: alice.address, key: bot.address, subaccounts: [0], messages: [1 as const] },
      ...{ underlyings: [], expiresSeconds: BLOCK_SECONDS, priceBandPpm: 25_000 },
      ...{ dailyQuantity: 1_000_000n, day: 1n, usedQuantity: 5_000n },
    };
    node.answer(queries.sessions, () => ({ sessions: [session] }));
    const { stdout } = await place.run('session list --from alice');
    expect(stdout).toMatch(/tenor1\w+ +0 +order +all +2026-11-22 21:28 +2.5% +0.5 of 100/);
  });

  it.each([['alice'], [alice.address]])(
    'let a key sign for an account, of which no more than %s is known',
    async (owner) => {
      const cancelled = MsgCancelAllResponse.encode({ cancelled: 3, triggers: 0 });
      const typeUrl = MsgCancelAllResponse.typeUrl;
      const msgResponses = [{ typeUrl, value: cancelled }];
      node.result = { data: TxMsgData.encode({ msgResponses }) };
      const command = `order cancel --all --as bot --owner ${owner} --yes`;
      const { exitCode, stderr } = await place.run(command);
      expect([exitCode, stderr]).toEqual([exitCodes.ok, '']);
      expect(MsgCancelAll.decode(sent().value)).toMatchObject({ sender: alice.address });
      const { authInfoBytes } = TxRaw.decode(node.broadcasts[0]!);
      const { signerInfos } = AuthInfo.decode(authInfoBytes);
      const { key } = PubKey.decode(signerInfos[0]!.publicKey!.value);
      expect(Buffer.from(key)).toEqual(Buffer.from(bot.pubkey));
    },
  );

  it.each(['--for 1y', '--for 24h --messages trade', '--for 24h --band 0%'])(
    'with %s are wrong usage',
    async (options) => {
      const { exitCode } = await place.run(`session grant ${bot.address} ${options} --from alice`);
      expect(exitCode).toBe(exitCodes.usage);
    },
  );
});
