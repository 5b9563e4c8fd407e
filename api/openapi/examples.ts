import { MsgSend } from '../../proto/gen/cosmos.bank.v1beta1.ts';
import { decodeAddress } from '../../app/lib/address.ts';
import { operatorText } from '../services/bech32.ts';
import { AuthInfo, TxBody, TxRaw } from '../../proto/gen/cosmos.tx.v1beta1.ts';

/** An account, as examples name one. */
export const ADDRESS = 'tenor12rv93cyctmx87czp32hse3dttpl59sjhlp30pc';
const OPERATOR = operatorText(decodeAddress(ADDRESS)!);

/** What parameters of Cosmos paths may be, by their names; those without one may be left out. */
const BY_NAME: Readonly<Record<string, unknown>> = {
  ...{ address: ADDRESS, granter: ADDRESS, grantee: ADDRESS, voter: ADDRESS, depositor: ADDRESS },
  ...{ delegator_addr: ADDRESS, delegator_address: ADDRESS, address_string: ADDRESS },
  ...{ validator_addr: OPERATOR, validator_address: OPERATOR, denom: 'uusd', proposal_id: '1' },
  ...{
    name: 'accounts',
    height: '1',
    hash: 'AB'.repeat(32),
    path: '/cosmos.staking.v1beta1.Query/Pool',
  },
  ...{ query: `message.sender='${ADDRESS}'`, status: 'BOND_STATUS_BONDED' },
  'pagination.limit': '2',
};

export const exampleOf = (name: string): unknown => BY_NAME[name];

/** A transfer, as wallets hand one in; its signature is left out. */
function transfer(): string {
  const amount = [{ denom: 'uusd', amount: '1234' }];
  const send = { fromAddress: ADDRESS, toAddress: ADDRESS, amount };
  const any = { typeUrl: MsgSend.typeUrl, value: MsgSend.encode(send) };
  const body = { messages: [any], memo: '', timeoutHeight: 0n, unordered: false };
  const bytes = TxRaw.encode({
    bodyBytes: TxBody.encode(body),
    authInfoBytes: AuthInfo.encode({ signerInfos: [] }),
    signatures: [],
  });
  return Buffer.from(bytes).toString('base64');
}

/** Bodies of what is posted, by the method's name. */
export const bodyExamples: Readonly<Record<string, object>> = {
  Simulate: { tx_bytes: transfer() },
  BroadcastTx: { tx_bytes: transfer(), mode: 'BROADCAST_MODE_SYNC' },
};
