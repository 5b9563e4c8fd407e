import type * as cosmos from '../../proto/gen/cosmos.base.tendermint.v1beta1.ts';
import type { Timestamp } from '../../proto/gen/google.protobuf.ts';
import type * as engine from '../../proto/gen/tendermint.types.ts';
import { consensusText } from './bech32.ts';

/** The JSON of CometBFT's RPC (rpc/core): hashes in hexadecimal, signatures and bytes in base64. */
export interface BlockIdJson {
  readonly hash: string;
  readonly parts: { readonly total: number; readonly hash: string };
}

export interface HeaderJson {
  readonly version: { readonly block: string; readonly app?: string };
  readonly chain_id: string;
  readonly height: string;
  readonly time: string;
  readonly last_block_id: BlockIdJson;
  readonly last_commit_hash: string;
  readonly data_hash: string;
  readonly validators_hash: string;
  readonly next_validators_hash: string;
  readonly consensus_hash: string;
  readonly app_hash: string;
  readonly last_results_hash: string;
  readonly evidence_hash: string;
  readonly proposer_address: string;
}

interface VoteJson {
  readonly type: number;
  readonly height: string;
  readonly round: number;
  readonly block_id: BlockIdJson;
  readonly timestamp: string;
  readonly validator_address: string;
  readonly validator_index: number;
  readonly signature: string | null;
}

interface EvidenceJson {
  readonly type: string;
  readonly value: {
    readonly vote_a?: VoteJson;
    readonly vote_b?: VoteJson;
    readonly TotalVotingPower?: string;
    readonly ValidatorPower?: string;
    readonly Timestamp?: string;
  };
}

export interface BlockJson {
  readonly header: HeaderJson;
  readonly data: { readonly txs: readonly string[] | null };
  readonly evidence: { readonly evidence: readonly EvidenceJson[] | null };
  readonly last_commit: {
    readonly height: string;
    readonly round: number;
    readonly block_id: BlockIdJson;
    readonly signatures: readonly {
      readonly block_id_flag: number;
      readonly validator_address: string;
      readonly timestamp: string;
      readonly signature: string | null;
    }[];
  };
}

export const hexBytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));
export const base64Bytes = (text: string | null): Uint8Array =>
  Uint8Array.from(Buffer.from(text ?? '', 'base64'));

/** RFC 3339 with up to nine digits of a second, which `Date` would cut. */
export function timestampOf(text: string): Timestamp {
  const [, whole = '', fraction = ''] = /^([^.Z]+)(?:\.(\d{1,9}))?Z$/.exec(text) ?? [];
  const seconds = BigInt(Math.floor(Date.parse(`${whole}Z`) / 1_000));
  return { seconds, nanos: Number(fraction.padEnd(9, '0')) };
}

export const blockIdOf = ({ hash, parts }: BlockIdJson): engine.BlockID => ({
  hash: hexBytes(hash),
  partSetHeader: { total: parts.total, hash: hexBytes(parts.hash) },
});

export function headerOf(json: HeaderJson): engine.Header {
  return {
    version: { block: BigInt(json.version.block), app: BigInt(json.version.app ?? 0) },
    chainId: json.chain_id,
    height: BigInt(json.height),
    time: timestampOf(json.time),
    lastBlockId: blockIdOf(json.last_block_id),
    lastCommitHash: hexBytes(json.last_commit_hash),
    dataHash: hexBytes(json.data_hash),
    validatorsHash: hexBytes(json.validators_hash),
    nextValidatorsHash: hexBytes(json.next_validators_hash),
    consensusHash: hexBytes(json.consensus_hash),
    appHash: hexBytes(json.app_hash),
    lastResultsHash: hexBytes(json.last_results_hash),
    evidenceHash: hexBytes(json.evidence_hash),
    proposerAddress: hexBytes(json.proposer_address),
  };
}

function voteOf(json: VoteJson): engine.Vote {
  return {
    type: json.type as engine.SignedMsgType,
    height: BigInt(json.height),
    round: json.round,
    blockId: blockIdOf(json.block_id),
    timestamp: timestampOf(json.timestamp),
    validatorAddress: hexBytes(json.validator_address),
    validatorIndex: json.validator_index,
    signature: base64Bytes(json.signature),
  };
}

/** Two votes of one validator for one height; evidence of other kinds stays without its content. */
function evidenceOf({ value }: EvidenceJson): engine.Evidence {
  if (value.vote_a === undefined || value.vote_b === undefined) return {};
  return {
    duplicateVoteEvidence: {
      voteA: voteOf(value.vote_a),
      voteB: voteOf(value.vote_b),
      totalVotingPower: BigInt(value.TotalVotingPower ?? 0),
      validatorPower: BigInt(value.ValidatorPower ?? 0),
      timestamp: timestampOf(value.Timestamp ?? '1970-01-01T00:00:00Z'),
    },
  };
}

export function blockOf(
  json: BlockJson,
): engine.Block & { header: engine.Header; data: engine.Data } {
  const { height, round, block_id: id, signatures } = json.last_commit;
  return {
    header: headerOf(json.header),
    data: { txs: (json.data.txs ?? []).map(base64Bytes) },
    evidence: { evidence: (json.evidence.evidence ?? []).map(evidenceOf) },
    lastCommit: {
      height: BigInt(height),
      round,
      blockId: blockIdOf(id),
      signatures: signatures.map((one) => ({
        blockIdFlag: one.block_id_flag as engine.BlockIDFlag,
        validatorAddress: hexBytes(one.validator_address),
        timestamp: timestampOf(one.timestamp),
        signature: base64Bytes(one.signature),
      })),
    },
  };
}

/** The SDK's block: the proposer is an address in text. */
export function sdkBlockOf(block: engine.Block & { header: engine.Header }): cosmos.Block {
  const proposerAddress = consensusText(block.header.proposerAddress);
  return { ...block, header: { ...block.header, proposerAddress } };
}
