import {
  MsgUpdateParams,
  QueryParamsRequest,
  QueryParamsResponse,
} from '../../proto/gen/tenor.runtime.v1.ts';
import type { Codec } from '../../proto/codec.ts';
import { privateKeyOf } from '../../testnet/accounts.ts';
import type { Testnet } from '../../testnet/network.ts';
import { UserKey, anyOf } from '../harness/keys.ts';
import { NodeClient } from './client.ts';
import type { Included } from './client.ts';

const FEE = { gasLimit: 1_000_000n, fee: [{ denom: 'utenor', amount: '25000' }] };

/** Changes some parameters of a module by the authority of a running network. */
export async function govern<P>(
  { nodes, accounts }: Testnet,
  module: string,
  codec: Codec<P>,
  change: Partial<P>,
): Promise<Included> {
  const node = new NodeClient(nodes[0]!);
  const { mnemonic } = accounts.find(({ name }) => name === 'authority')!;
  const authority = new UserKey('authority', privateKeyOf(mnemonic));
  const path = '/tenor.runtime.v1.Query/Params';
  const asked = { module };
  const now = await node.query(path, QueryParamsRequest, QueryParamsResponse, asked);
  const params = codec.encode({ ...codec.decode(now.params), ...change });
  const update = { authority: authority.address, module, params };
  return node.send(authority, [anyOf(MsgUpdateParams, update)], FEE);
}
