import type { Timestamp } from 'cosmjs-types/google/protobuf/timestamp';
import type { BlockID } from 'cosmjs-types/tendermint/types/types';
import type { MadeChain, Recorded } from './fixture.ts';
import { validatorAddress } from './hashes.ts';
import type { LightBlock, LightValidator } from './types.ts';

/** A made chain as a node's RPC would tell it. */
export function recordedOf(chain: MadeChain): Recorded {
  const { validators, chainId, timeNs } = chain.genesis;
  const blocks = [...chain.blocks].map(([height, block]) => [String(height), answersOf(block)]);
  return {
    genesis: {
      chain_id: chainId,
      genesis_time: new Date(Number(timeNs / 1_000_000n)).toISOString(),
      validators: validators.map(({ pubkey, power }) => ({
        pub_key: keyOf(pubkey),
        power: String(power),
      })),
    },
    height: chain.blocks.size - 1,
    blocks: Object.fromEntries(blocks) as Recorded['blocks'],
    claims: [],
  };
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex').toUpperCase();
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
const keyOf = (pubkey: Uint8Array) => ({ type: 'tendermint/PubKeyEd25519', value: base64(pubkey) });

function timeOf({ seconds, nanos }: Timestamp): string {
  const toSecond = new Date(Number(seconds) * 1_000).toISOString().slice(0, 19);
  return `${toSecond}.${String(nanos).padStart(9, '0')}Z`;
}

const idOf = ({ hash, partSetHeader: { total, hash: parts } }: BlockID) => ({
  hash: hex(hash),
  parts: { total, hash: hex(parts) },
});

function answersOf({ header, commit, validators }: LightBlock) {
  const signatures = commit.signatures.map((vote) => ({
    block_id_flag: vote.blockIdFlag,
    validator_address: hex(vote.validatorAddress),
    timestamp: timeOf(vote.timestamp),
    signature: vote.signature.length === 0 ? null : base64(vote.signature),
  }));
  const signed = {
    header: {
      version: { block: String(header.version.block), app: String(header.version.app) },
      ...{ chain_id: header.chainId, height: String(header.height), time: timeOf(header.time) },
      last_block_id: idOf(header.lastBlockId),
      last_commit_hash: hex(header.lastCommitHash),
      data_hash: hex(header.dataHash),
      validators_hash: hex(header.validatorsHash),
      next_validators_hash: hex(header.nextValidatorsHash),
      consensus_hash: hex(header.consensusHash),
      app_hash: hex(header.appHash),
      last_results_hash: hex(header.lastResultsHash),
      evidence_hash: hex(header.evidenceHash),
      proposer_address: hex(header.proposerAddress),
    },
    commit: {
      ...{ height: String(commit.height), round: commit.round, block_id: idOf(commit.blockId) },
      signatures,
    },
  };
  return {
    commit: { signed_header: signed, canonical: true },
    validators: {
      ...{ block_height: String(header.height), count: String(validators.length) },
      ...{ total: String(validators.length), validators: validators.map(infoOf) },
    },
  };
}

const infoOf = ({ pubkey, power }: LightValidator) => ({
  address: hex(validatorAddress(pubkey)),
  pub_key: keyOf(pubkey),
  voting_power: String(power),
  proposer_priority: '0',
});
