import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { Secp256k1, Secp256k1Signature } from '@cosmjs/crypto';
import { BaseAccount } from '../proto/gen/cosmos.auth.v1beta1.ts';
import { MsgSend } from '../proto/gen/cosmos.bank.v1beta1.ts';
import { TxMsgData } from '../proto/gen/cosmos.base.abci.v1beta1.ts';
import { AuthInfo, SignDoc, TxBody, TxRaw } from '../proto/gen/cosmos.tx.v1beta1.ts';
import * as clob from '../proto/gen/tenor.clob.v1.ts';
import type { Series } from '../proto/gen/tenor.options.v1.ts';
import { Params } from '../proto/gen/tenor.runtime.v1.ts';
import { sha256 } from '../app/lib/address.ts';
import { parseSymbol } from '../app/modules/options/core/index.ts';
import { queries } from '../client/queries.ts';
import { exitCodes } from './errors.ts';
import { FakeNode, Place, Refusal } from './fixture.ts';
import { publicKeyOf, secretOfMnemonic } from './keyring/secret.ts';

const mnemonic =
  'abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about';
const alice = await publicKeyOf(await secretOfMnemonic(mnemonic));
const bob = 'tenor1psmjjm42rhq6nr4h8w0dttvdzt928luad7z8nm';
const symbols = ['BTC-27DEC26-100000-C', 'BTC-27DEC26-100000-P', 'BTC-27DEC26-90000-C'];

function seriesOf(symbol: string): Series {
  const { expirySeconds, strikeUusd, kind } = parseSymbol(symbol)!;
  const id = BigInt(symbols.indexOf(symbol) + 1);
  const rest = { underlyingId: 1, openInterest: 5_000n, traded: true };
  return { id, symbol, expirySeconds, strikeUusd, kind, ...rest };
}

let node: FakeNode;
let place: Place;
beforeEach(async () => {
  place = new Place();
  node = new FakeNode();
  const account = { address: alice.address, accountNumber: 3n, sequence: 8n };
  node
    .answer(queries.account, () => ({
      account: { typeUrl: BaseAccount.typeUrl, value: BaseAccount.encode(account) },
    }))
    .answer(queries.seriesBySymbol, ({ symbol }) => {
      if (!symbols.includes(symbol)) return new Refusal('options', 2, `no series ${symbol}`);
      return { series: seriesOf(symbol) };
    })
    .answer(queries.series, () => ({ series: symbols.map(seriesOf) }));
  const name = { name: 'alice', address: alice.address, mnemonic };
  place.addTestnet('tenor-local-1', await node.listen(), [name]);
});
afterEach(async () => {
  await node.close();
  place.remove();
});

const filledOrder = {
  data: TxMsgData.encode({
    msgResponses: [
      {
        typeUrl: clob.MsgPlaceOrderResponse.typeUrl,
        value: clob.MsgPlaceOrderResponse.encode({ orderId: 9n, filled: 3_000n, resting: 2_000n }),
      },
    ],
  }),
  events: [
    {
      type: 'trade',
      attributes: {
        ...{ taker_order_id: '9', price_uusd: '1250000000', quantity: '3000' },
        taker_fee_uusd: '1200000',
      },
    },
  ],
};
const ORDER = 'order place btc-27dec26-100000-c buy 0.5 --price 1250 --from alice';

describe('an order', () => {
  it('is signed, sent without a fee, and told as a sentence', async () => {
    node.result = filledOrder;
    const { exitCode, stdout } = await place.run(ORDER);
    expect(stdout).toContain('Order 9; filled 0.3 at 1,250.00 (fee 1.20 USD); resting 0.2\n');
    expect(exitCode).toBe(exitCodes.ok);
    const raw = TxRaw.decode(node.broadcasts[0]!);
    const { messages, unordered } = TxBody.decode(raw.bodyBytes);
    expect(clob.MsgPlaceOrder.decode(messages[0]!.value)).toMatchObject({
      ...{ sender: alice.address, subaccount: 0, series: 'BTC-27DEC26-100000-C' },
      ...{ side: clob.Side.SIDE_BUY, quantity: 5_000n, priceUusd: 1_250_000_000n },
    });
    const { fee, signerInfos } = AuthInfo.decode(raw.authInfoBytes);
    expect([fee?.amount, signerInfos[0]?.sequence, unordered]).toEqual([[], 8n, false]);
    const { bodyBytes, authInfoBytes } = raw;
    const rest = { chainId: 'tenor-local-1', accountNumber: 3n };
    const digest = sha256(SignDoc.encode({ bodyBytes, authInfoBytes, ...rest }));
    const signature = Secp256k1Signature.fromFixedLength(raw.signatures[0]!);
    expect(Secp256k1.verifySignature(signature, digest, alice.pubkey)).toBe(true);
  });

  it('is JSON for programs, base units beside decimals', async () => {
    node.result = filledOrder;
    const { stdout } = await place.run(`${ORDER} --json`);
    const { responses, height } = JSON.parse(stdout) as { responses: unknown[]; height: number };
    expect(height).toBe(7);
    expect(responses[0]).toMatchObject({
      ...{ orderId: '9', filled: '3000', filledDecimal: '0.3', resting: '2000' },
      resting: '2000',
    });
  });

  it('refused in its block is refused here, with its code, place and advice', async () => {
    node.result = { code: 1, codespace: 'margin', log: 'short of 5000000uusd' };
    const { exitCode, stdout, stderr } = await place.run(`${ORDER} --json`);
    expect(exitCode).toBe(exitCodes.refused);
    expect(stderr).toContain('Error [margin/1]: short of 5.00 USD\n');
    const { error } = JSON.parse(stdout) as { error: Record<string, unknown> };
    expect(error).toMatchObject({ codespace: 'margin', code: 1, tx: { height: 7 } });
    expect(error['advice']).toContain('tenor margin what-if');
  });

  it('that no block takes in time says how to find it again', async () => {
    node.result = null;
    const { exitCode, stderr } = await place.run(`${ORDER} --timeout 1`);
    expect(exitCode).toBe(exitCodes.timeout);
    expect(stderr).toMatch(/tenor tx show [0-9A-F]{64}/);
    const sent = await place.run(`${ORDER} --no-wait`);
    expect([sent.exitCode, sent.stdout]).toEqual([0, expect.stringContaining('tx show')]);
  });

  it('is signed again when another transaction has taken its sequence', async () => {
    node.admissions.push({ code: 32, codespace: 'sdk', log: 'account sequence mismatch' });
    expect((await place.run(ORDER)).exitCode).toBe(exitCodes.ok);
    expect(node.broadcasts).toHaveLength(2);
  });

  it('for a series that is not listed names the nearest', async () => {
    const { exitCode, stderr } = await place.run(ORDER.replace('100000-c', '100001-c'));
    expect(exitCode).toBe(exitCodes.refused);
    expect(stderr).toContain('BTC-27DEC26-100001-C is not listed.\nNearest: BTC-27DEC26-100000-C,');
    expect(node.broadcasts).toHaveLength(0);
  });

  it('is signed for the chain that was meant and for no other', async () => {
    const other = await place.run(`${ORDER} --chain-id tenor-1`);
    expect(other.exitCode).toBe(exitCodes.usage);
    node.chainId = 'tenor-1';
    const foreign = await place.run(ORDER);
    expect([foreign.exitCode, foreign.stderr]).toEqual([
      exitCodes.key,
      expect.stringContaining('does not sign for chain tenor-1'),
    ]);
    expect(node.broadcasts).toHaveLength(0);
  });

  it.each([
    ['buy 0.00005 --price 1', 'too fine'],
    ['hold 1 --price 1', 'is no side'],
    ['buy 1', '--price'],
    ['buy 1 --price 1 --ioc --post-only', 'cannot be used with'],
    ['buy 1 --price 1 --timeout 0', 'whole number'],
  ])('of "%s" is misuse', async (text, message) => {
    const args = `order place BTC-27DEC26-100000-C ${text} --from alice --json`;
    const { exitCode, stdout, stderr } = await place.run(args);
    expect([exitCode, stderr]).toEqual([exitCodes.usage, expect.stringContaining(message)]);
    expect(JSON.parse(stdout)).toMatchObject({ error: { exitCode: exitCodes.usage } });
  });

  it.each(['foo', 'constructor', '__proto__'])('has no margin mode "%s"', async (mode) => {
    const { exitCode, stderr } = await place.run(`margin mode ${mode} --from alice --yes`);
    expect([exitCode, stderr]).toEqual([exitCodes.usage, expect.stringContaining('portfolio')]);
  });

  it('is cancelled beside all sequences with --unordered, by a nonce of its own', async () => {
    const cancel = 'order cancel --all --underlying btc --from alice --unordered';
    await place.run(cancel);
    await place.run(cancel);
    const bodies = node.broadcasts.map((b) => TxBody.decode(TxRaw.decode(b).bodyBytes));
    expect(bodies.map(({ unordered }) => unordered)).toEqual([true, true]);
    // Block time is 21:28:14: the chain takes at most ten minutes more.
    const ahead = bodies.map((b) => Number(b.timeoutTimestamp!.seconds) - 1_795_382_894);
    expect(Math.max(...ahead)).toBeLessThan(600);
    expect(bodies[0]!.timeoutTimestamp).not.toEqual(bodies[1]!.timeoutTimestamp);
    const auth = AuthInfo.decode(TxRaw.decode(node.broadcasts[0]!).authInfoBytes);
    expect(auth.signerInfos[0]!.sequence).toBe(0n);
  });
});

describe('a transfer', () => {
  it('pays for the gas it was simulated to take, and a third more', async () => {
    const gasPrices = [
      { denom: 'utenor', pricePpm: 1_000n },
      { denom: 'uusd', pricePpm: 2_000n },
    ];
    const limits = { authority: '', maxTxGas: 0n, maxTxBytes: 0, maxMsgs: 0, maxMemoBytes: 0 };
    const bucket = { maxUnorderedTtlSeconds: 0 };
    const block = { maxBlockGas: 0n, maxBlockBytes: 0n };
    const params = Params.encode({ ...limits, ...bucket, ...block, gasPrices });
    node
      .answer(queries.simulate, () => ({ gasInfo: { gasWanted: 0n, gasUsed: 10_000n } }))
      .answer(queries.params, () => ({ module: 'runtime', typeUrl: '', params }))
      .answer(queries.balances, () => ({ balances: [{ denom: 'uusd', amount: '50' }] }));
    const { exitCode } = await place.run(`bank send ${bob} 1.5usd --from alice`);
    expect(exitCode).toBe(exitCodes.ok);
    const raw = TxRaw.decode(node.broadcasts[0]!);
    const { fee } = AuthInfo.decode(raw.authInfoBytes);
    expect([fee?.gasLimit, fee?.amount]).toEqual([13_000n, [{ denom: 'uusd', amount: '26' }]]);
    const msg = MsgSend.decode(TxBody.decode(raw.bodyBytes).messages[0]!.value);
    expect(msg.amount).toEqual([{ denom: 'uusd', amount: '1500000' }]);
  });

  it('that the simulation refuses is not sent', async () => {
    node.answer(
      queries.simulate,
      () => new Refusal('sdk', 5, 'balance 1uusd is smaller than 2uusd'),
    );
    const { exitCode, stderr } = await place.run(`bank send ${bob} 2uusd --from alice`);
    expect(exitCode).toBe(exitCodes.refused);
    expect(stderr).toContain('[sdk/5]: balance 0.000001 USD is smaller than 0.000002 USD');
    expect(node.broadcasts).toHaveLength(0);
  });
});

describe('what people see', () => {
  it('is a table without colours or boxes when it goes into a pipe', async () => {
    node
      .answer(queries.marks, () => ({ marks: [] }))
      .answer(queries.bestPrices, () => ({
        series: symbols.map((symbol, i) => ({
          ...{ seriesId: BigInt(i), symbol },
          bid: { priceUusd: 1_250_000_000n, quantity: 5_000n, orders: 1 },
        })),
      }));
    const { stdout, stderr } = await place.run('market list --page-size 2');
    expect(stdout.split('\n')).toEqual([
      'SERIES                EXPIRY   TYPE  STRIKE  MARK  PRICES          BID  ASK   OI',
      'BTC-27DEC26-90000-C   27DEC26  call   90000     –  no prices  1,250.00    –  0.5',
      'BTC-27DEC26-100000-C  27DEC26  call  100000     –  no prices  1,250.00    –  0.5',
      '',
    ]);
    expect(stderr).toContain('Page 1 of 2');
    const json = await place.run('market list --json');
    const { series } = JSON.parse(json.stdout) as { series: Record<string, unknown>[] };
    expect(series).toHaveLength(3);
    expect(series[0]).toMatchObject({
      ...{ symbol: 'BTC-27DEC26-90000-C', kind: 'call', expiry: '27DEC26', mark: null },
      bid: { priceUusd: '1250000000', priceUusdDecimal: '1250', quantityDecimal: '0.5' },
    });
  });

  it('says when a node is not reached, and what to do', async () => {
    await node.close();
    const { exitCode, stderr } = await place.run('oracle prices');
    expect([exitCode, stderr]).toEqual([
      exitCodes.unreachable,
      expect.stringMatching(/no node listens there\.\n.*npm run testnet/),
    ]);
  });

  it('says what an account without coins needs', async () => {
    const log = 'rpc error: code = NotFound desc = account x not found';
    node.answer(queries.account, () => new Refusal('sdk', 22, log));
    const { exitCode, stderr } = await place.run(ORDER);
    expect([exitCode, stderr]).toEqual([
      exitCodes.refused,
      expect.stringMatching(/^Error \[sdk\/22\]: account x not found\n.*send this address/),
    ]);
  });

  it('says when something else answers', async () => {
    const { exitCode } = await place.run('gov params clob');
    expect(exitCode).toBe(exitCodes.refused);
    const { exitCode: missing, stderr } = await place.run('tx show '.concat('AB'.repeat(32)));
    expect([missing, stderr]).toEqual([exitCodes.refused, expect.stringContaining('in no block')]);
  });
});

describe('keys', () => {
  it('are made, exported, imported elsewhere and opened by their passphrase only', async () => {
    const made = await place.run('keys add carol --passphrase-stdin --json', 'correct horse\n');
    const { mnemonic: words, address } = JSON.parse(made.stdout) as Record<string, string>;
    const file = await place.run('keys export carol');
    expect(file.stdout).not.toContain(words!.split(' ')[0]! + ' ');
    const path = `${place.home}/carol.json`;
    writeFileSync(path, file.stdout);
    await place.run(`keys import dave --file ${path}`);
    const list = JSON.parse((await place.run('keys list --json')).stdout) as { keys: unknown[] };
    expect(list.keys).toEqual([
      { name: 'carol', address, kind: 'encrypted' },
      { name: 'dave', address, kind: 'encrypted' },
      { name: 'alice', address: alice.address, kind: 'test' },
    ]);
    const shown = 'keys export dave --mnemonic --passphrase-stdin';
    expect((await place.run(shown, 'correct horse\n')).stdout).toBe(`${words!}\n`);
    expect((await place.run('keys delete dave')).exitCode).toBe(exitCodes.usage);
    expect((await place.run('keys delete dave --yes')).exitCode).toBe(exitCodes.ok);
    expect((await place.run('keys show dave')).exitCode).toBe(exitCodes.key);
  });

  it('come in from words after the passphrase, all through stdin', async () => {
    const stdin = `correct horse\n${mnemonic}\n`;
    const { stdout } = await place.run('keys import erin --passphrase-stdin --json', stdin);
    expect(JSON.parse(stdout)).toEqual({ name: 'erin', address: alice.address });
  });
});
