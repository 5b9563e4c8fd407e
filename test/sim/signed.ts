import {
  BaseAccount,
  QueryAccountRequest,
  QueryAccountResponse,
} from '../../proto/gen/cosmos.auth.v1beta1.ts';
import type { TestChain } from '../harness/chain.ts';
import type { UserKey } from '../harness/keys.ts';
import { FEE } from '../harness/trading.ts';
import { isPaid, messageOf } from './intents.ts';
import type { Plan } from './intents.ts';

function sequenceOf(chain: TestChain, { address }: UserKey): bigint {
  const path = '/cosmos.auth.v1beta1.Query/Account';
  const { account } = chain.query(path, QueryAccountRequest, QueryAccountResponse, { address });
  return BaseAccount.decode(account!.value).sequence;
}

const feesOf = (messages: number) => ({
  gasLimit: FEE.gasLimit * BigInt(messages),
  fee: [{ denom: 'utenor', amount: String(200 * messages) }],
});

/** Transactions of a block. A user’s second one follows its first. */
export function signed(chain: TestChain, plans: readonly (readonly Plan[])[]): Uint8Array[] {
  const counts = new Map<string, bigint>();
  return plans.map((of) => {
    const { user } = of[0]!;
    const before = counts.get(user.address) ?? 0n;
    counts.set(user.address, before + 1n);
    const paid = of.some(({ intent }) => isPaid(intent)) ? feesOf(of.length) : {};
    const sequence = sequenceOf(chain, user) + before;
    return chain.sign(user, of.map(messageOf), { ...paid, sequence });
  });
}
