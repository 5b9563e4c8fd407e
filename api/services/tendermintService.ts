import * as pb from '../../proto/gen/cosmos.base.tendermint.v1beta1.ts';
import type { PageRequest } from '../../proto/gen/cosmos.base.query.v1beta1.ts';
import { PubKey } from '../../proto/gen/cosmos.crypto.ed25519.ts';
import { listSource, paginate } from '../../app/lib/pagination.ts';
import { BadRequest } from '../params.ts';
import type { Answer } from '../port.ts';
import { CHAIN_VERSION, SDK_VERSION } from '../versions.ts';
import { consensusText } from './bech32.ts';
import { engineBlock } from './engineBlock.ts';
import { base64Bytes, hexBytes, sdkBlockOf } from './engineJson.ts';
import { askEngine } from './engineRpc.ts';
import { engineStatus } from './engineStatus.ts';
import { ofEngine, under } from './method.ts';
import type { EngineMethod } from './method.ts';

const SERVICE = 'cosmos.base.tendermint.v1beta1.Service';

interface ValidatorsJson {
  readonly block_height: string;
  readonly validators: readonly {
    readonly address: string;
    readonly pub_key: { readonly value: string };
    readonly voting_power: string;
    readonly proposer_priority: string;
  }[];
  readonly total: string;
}

interface AbciQueryJson {
  readonly response: {
    readonly code?: number;
    readonly log?: string;
    readonly info?: string;
    readonly index?: string;
    readonly key?: string | null;
    readonly value?: string | null;
    readonly height?: string;
    readonly codespace?: string;
    readonly proofOps?: {
      readonly ops: readonly { readonly type: string; key: string; data: string }[];
    } | null;
  };
}

/** The paths that the engine's `abci_query` knows. */
export type AnyQuery = (path: string, data: Uint8Array, height: number) => Promise<Answer>;

/** The engine gives so many validators at once. */
const VALIDATORS_PAGE = 100;
/** More than a chain of this kind has. */
const VALIDATORS_PAGES_MAX = 10;

/** `cosmos.base.tendermint.v1beta1.Service`: blocks, validator sets, and the node itself. */
export const tendermintService = (rpc: string, query: AnyQuery): [string, EngineMethod][] =>
  under(SERVICE, {
    ABCIQuery: ofEngine(pb.ABCIQueryRequest, pb.ABCIQueryResponse, (asked) =>
      abciQuery(rpc, query, asked),
    ),
    GetBlockByHeight: ofEngine(
      pb.GetBlockByHeightRequest,
      pb.GetBlockByHeightResponse,
      ({ height }) => block(rpc, positive(height)),
    ),
    GetLatestBlock: ofEngine(pb.GetLatestBlockRequest, pb.GetLatestBlockResponse, () =>
      block(rpc, undefined),
    ),
    GetLatestValidatorSet: ofEngine(
      pb.GetLatestValidatorSetRequest,
      pb.GetLatestValidatorSetResponse,
      ({ pagination }) => validatorSet(rpc, undefined, pagination),
    ),
    GetNodeInfo: ofEngine(pb.GetNodeInfoRequest, pb.GetNodeInfoResponse, () => nodeInfo(rpc)),
    GetSyncing: ofEngine(pb.GetSyncingRequest, pb.GetSyncingResponse, async () => ({
      syncing: (await engineStatus(rpc)).sync_info.catching_up,
    })),
    GetValidatorSetByHeight: ofEngine(
      pb.GetValidatorSetByHeightRequest,
      pb.GetValidatorSetByHeightResponse,
      ({ height, pagination }) => validatorSet(rpc, positive(height), pagination),
    ),
  });

/** A height as the engine reads it. @throws BadRequest */
export function positive(height: bigint): string {
  if (height > 0n) return String(height);
  throw new BadRequest('height must be 1 or more');
}

const at = (height: string | undefined): object => (height === undefined ? {} : { height });

async function block(rpc: string, height: string | undefined) {
  const { blockId, block: found } = await engineBlock(rpc, at(height));
  return { blockId, block: found, sdkBlock: sdkBlockOf(found) };
}

async function validatorSet(
  rpc: string,
  height: string | undefined,
  asked: PageRequest | undefined,
) {
  const first = await validatorsPage(rpc, height, 1);
  const all = [...first.validators];
  for (let page = 2; all.length < Number(first.total) && page <= VALIDATORS_PAGES_MAX; page++) {
    all.push(...(await validatorsPage(rpc, first.block_height, page)).validators);
  }
  const { items, pagination } = paginate(listSource(all), asked);
  return {
    blockHeight: BigInt(first.block_height),
    validators: items.map((one) => ({
      address: consensusText(hexBytes(one.address)),
      pubKey: {
        typeUrl: PubKey.typeUrl,
        value: PubKey.encode({ key: base64Bytes(one.pub_key.value) }),
      },
      votingPower: BigInt(one.voting_power),
      proposerPriority: BigInt(one.proposer_priority),
    })),
    pagination,
  };
}

const validatorsPage = (rpc: string, height: string | undefined, page: number) =>
  askEngine<ValidatorsJson>(rpc, 'validators', {
    ...at(height),
    ...{ page: String(page), per_page: String(VALIDATORS_PAGE) },
  });

async function nodeInfo(rpc: string): Promise<pb.GetNodeInfoResponse> {
  const { node_info: node } = await engineStatus(rpc);
  const { p2p, block: blocks, app } = node.protocol_version;
  return {
    defaultNodeInfo: {
      protocolVersion: { p2p: BigInt(p2p), block: BigInt(blocks), app: BigInt(app) },
      defaultNodeId: node.id,
      listenAddr: node.listen_addr,
      network: node.network,
      version: node.version,
      channels: hexBytes(node.channels),
      moniker: node.moniker,
      other: { txIndex: node.other.tx_index, rpcAddress: node.other.rpc_address },
    },
    applicationVersion: {
      ...{ name: 'tenor', appName: 'tenor', version: CHAIN_VERSION },
      ...{ gitCommit: '', buildTags: '', goVersion: '' },
      // Relayers look here for what they know how to speak with.
      buildDeps: [
        { path: 'github.com/cometbft/cometbft', version: `v${node.version}`, sum: '' },
        { path: 'github.com/cosmos/cosmos-sdk', version: SDK_VERSION, sum: '' },
      ],
      cosmosSdkVersion: SDK_VERSION,
    },
  };
}

/** Proofs come from the trees, which the application has: the engine asks it. */
async function abciQuery(
  rpc: string,
  query: AnyQuery,
  { path, data, height, prove }: pb.ABCIQueryRequest,
): Promise<pb.ABCIQueryResponse> {
  if (height < 0n) throw new BadRequest('height must be 0, for the last one, or more');
  if (!prove) {
    // One inside of the other would be without end.
    if (path === `/${SERVICE}/ABCIQuery`) throw new BadRequest('ask for a path, not for this');
    const { code, codespace, log, value, height: of } = await query(path, data, Number(height));
    const empty = { info: '', index: 0n, key: data };
    return { code, codespace, log, value, height: BigInt(of), ...empty };
  }
  const asked = { path, data: Buffer.from(data).toString('hex'), height: String(height), prove };
  const { response } = await askEngine<AbciQueryJson>(rpc, 'abci_query', asked);
  const ops = response.proofOps?.ops.map(({ type, key, data: proof }) => ({
    ...{ type, key: base64Bytes(key), data: base64Bytes(proof) },
  }));
  return {
    code: response.code ?? 0,
    log: response.log ?? '',
    info: response.info ?? '',
    index: BigInt(response.index ?? 0),
    key: base64Bytes(response.key ?? null),
    value: base64Bytes(response.value ?? null),
    proofOps: ops === undefined ? undefined : { ops },
    height: BigInt(response.height ?? 0),
    codespace: response.codespace ?? '',
  };
}
