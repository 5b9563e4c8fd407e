import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MsgSend } from '../proto/gen/cosmos.bank.v1beta1.ts';
import { AuthInfo, TxBody, TxRaw } from '../proto/gen/cosmos.tx.v1beta1.ts';
import { sha256 } from '../app/lib/address.ts';
import { queries } from '../client/queries.ts';
import { FakeNode, Place, Refusal } from './fixture.ts';

const mnemonic =
  'abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about';
const bob = 'tenor1psmjjm42rhq6nr4h8w0dttvdzt928luad7z8nm';
/** Clears the screen and begins a line of success, hides letters, turns their order. */
const forged = '\u001b[2J\u001b[H\u009b8m\nVerified: bob holds 1,000,000 USD\u202e\u200b';
const obeyed = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e]|^Verified/mu;

let node: FakeNode;
let place: Place;
beforeEach(async () => {
  place = new Place();
  node = new FakeNode();
  const accounts = [
    { name: 'alice', address: bob, mnemonic },
    { name: `bob${forged}`, address: forged, mnemonic },
  ];
  place.addTestnet('tenor-local-1', await node.listen(), accounts);
});
afterEach(async () => {
  await node.close();
  place.remove();
});

/** A transaction in a block, made by anybody. */
function addTx(memo: string): string {
  const send = MsgSend.encode({ fromAddress: bob, toAddress: bob, amount: [] });
  const bodyBytes = TxBody.encode({
    ...{ messages: [{ typeUrl: `/x.${forged}`, value: send }], memo },
    ...{ timeoutHeight: 0n, unordered: false },
  });
  const authInfoBytes = AuthInfo.encode({ signerInfos: [] });
  const bytes = TxRaw.encode({ bodyBytes, authInfoBytes, signatures: [] });
  node.broadcasts.push(bytes);
  return Buffer.from(sha256(bytes)).toString('hex');
}

/** What a command says, to people and to programs, is what a terminal shows. */
async function expectShown(command: string): Promise<string> {
  const { stdout, stderr } = await place.run(command);
  const shown = stdout + stderr;
  expect(shown).not.toMatch(obeyed);
  expect(shown).toContain('\\u001b[2J');
  const json = (await place.run(`${command} --json`)).stdout;
  expect(json).not.toMatch(obeyed);
  expect(JSON.stringify(JSON.parse(json))).toContain('Verified: bob');
  return shown;
}

describe('what a node says is shown and never obeyed', () => {
  it('in a refusal', async () => {
    node.answer(queries.balances, () => new Refusal(forged, 1, forged));
    await expectShown('bank balance alice');
  });

  it('in denominations, symbols and names', async () => {
    node.answer(queries.balances, () => ({ balances: [{ denom: forged, amount: '5' }] }));
    await expectShown('bank balance alice');
    node.answer(queries.prices, () => ({
      prices: [{ underlying: forged, price: undefined }],
      stablecoins: [],
      coins: [],
      timeMs: 0n,
    }));
    await expectShown('oracle prices');
  });

  it('in a memo, which `tx show` shows, and in the result of a transaction', async () => {
    node.result = {
      ...{ code: 5, codespace: forged, log: forged },
      events: [
        { type: 'margin_mode', attributes: { msg_index: '0', mode: forged, subaccount: '0' } },
      ],
    };
    const hash = addTx(forged);
    expect(await expectShown(`tx show ${hash}`)).toMatch(/^memo +\\u001b\[2J/m);
    expect((await place.run(`tx show ${addTx('rent for May')}`)).stdout).toMatch(
      /^memo +rent for May$/m,
    );
    expect((await place.run(`tx show ${addTx('')}`)).stdout).not.toContain('memo');
  });

  it('in the file of a local network, and when the command is wrong', async () => {
    await expectShown('keys list');
    await expectShown('bank balance carol');
    const { stderr } = await place.run('bank \u001b[2J');
    expect(stderr).not.toMatch(obeyed);
  });
});
