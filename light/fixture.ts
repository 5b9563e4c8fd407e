import { readFileSync } from 'node:fs';
import { ed25519 } from '@noble/curves/ed25519.js';
import type { Commit, Header } from 'cosmjs-types/tendermint/types/types';
import { BlockIDFlag } from 'cosmjs-types/tendermint/types/validator';
import { sha256 } from '../app/lib/address.ts';
import { TextServer } from '../test/harness/textServer.ts';
import {
  headerHash,
  inSetOrder,
  validatorAddress,
  validatorsHash,
  voteSignBytes,
} from './hashes.ts';
import { LightError } from './errors.ts';
import type { Claim, Provider } from './provider.ts';
import type { LightBlock, LightValidator, Trusted } from './types.ts';

/** What a node answers. */
export interface Recorded {
  readonly genesis: { readonly chain_id: string; readonly [other: string]: unknown };
  /** Of the state; the header after it is among the blocks. */
  readonly height: number;
  readonly blocks: Readonly<
    Record<string, { readonly commit: object; readonly validators: object }>
  >;
  readonly claims: readonly {
    readonly store: string;
    readonly key: string;
    readonly answer: { readonly response: { readonly value: string | null } };
  }[];
}

interface RealNode extends Recorded {
  readonly people: { readonly alice: string; readonly carol: string };
}

const vector = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../test/vectors/light/${name}`, import.meta.url), 'utf8'));

/** What a real node answered (test/vectors/light/record.mjs). */
export const recorded = vector('recorded.json') as RealNode;
/** The same of a chain whose books were laid out otherwise. */
export const earlierLayout = vector('earlierLayout.json') as Recorded;

interface Told {
  readonly signed_header: { readonly header: { readonly time: string } };
}

/** The time of the header after the recorded state. */
export function timeOf({ blocks, height }: Recorded): string {
  const { commit } = blocks[height + 1]!;
  return (commit as Told).signed_header.header.time;
}

/** A minute after it was recorded. */
export const thenMs = (of: Recorded): number => Date.parse(timeOf(of)) + 60_000;

interface RpcRequest {
  readonly id: number;
  readonly method: string;
  readonly params: Readonly<Record<string, string>>;
}

/** Serves what was recorded as a node's RPC does; `alter` may answer in its place. */
export class RecordedNode {
  alter: (request: RpcRequest, answer: string) => string = (_request, answer) => answer;
  readonly #server: TextServer;

  constructor(from: Recorded = recorded) {
    this.#server = new TextServer((body) => {
      const asked = JSON.parse(body) as RpcRequest;
      const answer = JSON.stringify({ jsonrpc: '2.0', id: asked.id, ...answerTo(from, asked) });
      return this.alter(asked, answer);
    });
  }

  listen(): Promise<string> {
    return this.#server.listen();
  }

  close(): Promise<void> {
    return this.#server.close();
  }
}

function answerTo(from: Recorded, { method, params }: RpcRequest): object {
  const none = { error: { code: -32603, message: 'Internal error', data: 'no such thing' } };
  const block = from.blocks[params['height'] ?? ''];
  switch (method) {
    case 'status':
      return { result: statusOf(from) };
    case 'abci_info':
      return { result: { response: { last_block_height: String(from.height) } } };
    case 'commit':
      return block === undefined ? none : { result: block.commit };
    case 'validators':
      return block === undefined ? none : { result: block.validators };
    case 'abci_query': {
      const { path = '', data } = params;
      const claim = from.claims.find((c) => path === `/store/${c.store}/key` && c.key === data);
      return claim === undefined ? none : { result: claim.answer };
    }
    default:
      return none;
  }
}

function statusOf(from: Recorded): object {
  const hash = 'AB'.repeat(32);
  return {
    node_info: {
      ...{ protocol_version: { p2p: '8', block: '11', app: '1' }, id: 'AB'.repeat(20) },
      ...{ network: from.genesis.chain_id, listen_addr: 'tcp://0.0.0.0:1', version: '0.39.0' },
      ...{ channels: '40', moniker: 'recorded', other: {} },
    },
    sync_info: {
      ...{ latest_block_hash: hash, latest_app_hash: hash, catching_up: false },
      ...{ latest_block_height: String(from.height + 1) },
      latest_block_time: timeOf(from),
    },
    validator_info: {
      address: 'AB'.repeat(20),
      pub_key: { type: 'tendermint/PubKeyEd25519', value: Buffer.alloc(32, 1).toString('base64') },
      voting_power: '100',
    },
  };
}

/** A validator whose key a test has. */
export interface Signer {
  readonly secret: Uint8Array;
  readonly pubkey: Uint8Array;
}

export function signer(name: string): Signer {
  const secret = sha256(Buffer.from(name));
  return { secret, pubkey: ed25519.getPublicKey(secret) };
}

export type Powers = ReadonlyMap<Signer, bigint>;

const setOf = (powers: Powers): LightValidator[] =>
  inSetOrder([...powers].map(([{ pubkey }, power]) => ({ pubkey, power })));

const NO_TIME = { seconds: -62_135_596_800n, nanos: 0 };
const NOTHING = new Uint8Array(0);
const digest = (text: string) => sha256(Buffer.from(text));

/** A chain of headers made by a test, each signed by the set of its height. A second a block. */
export class MadeChain implements Provider {
  readonly name: string = 'http://made';
  readonly chainId = 'made-1';
  readonly blocks = new Map<number, LightBlock>();
  /** Heights that were asked for. */
  readonly asked: number[] = [];
  readonly #powersAt: (height: number) => Powers;

  constructor(powersAt: (height: number) => Powers, length: number, flavour = '') {
    this.#powersAt = powersAt;
    for (let height = 1; height <= length; height++)
      this.add(height, flavour, [...this.#all(height)]);
  }

  #all(height: number): Signer[] {
    return [...this.#powersAt(height).keys()];
  }

  static readonly START_SECONDS = 1_800_000_000n;

  static msAt(height: number): number {
    return (Number(MadeChain.START_SECONDS) + height) * 1_000;
  }

  get genesis(): Trusted {
    const validators = setOf(this.#powersAt(1));
    return {
      ...{ chainId: this.chainId, height: 0, timeNs: MadeChain.START_SECONDS * 1_000_000_000n },
      ...{ hash: null, nextValidatorsHash: validatorsHash(validators), validators },
    };
  }

  /** Makes a block, signed by some of its validators. */
  add(height: number, flavour: string, signers: readonly Signer[]): LightBlock {
    const validators = setOf(this.#powersAt(height));
    const before = this.blocks.get(height - 1);
    const header: Header = {
      version: { block: 11n, app: 1n },
      chainId: this.chainId,
      height: BigInt(height),
      time: { seconds: MadeChain.START_SECONDS + BigInt(height), nanos: 5 },
      lastBlockId: before?.commit.blockId ?? {
        hash: NOTHING,
        partSetHeader: { total: 0, hash: NOTHING },
      },
      lastCommitHash: digest('last commit'),
      dataHash: digest('data'),
      validatorsHash: validatorsHash(validators),
      nextValidatorsHash: validatorsHash(setOf(this.#powersAt(height + 1))),
      consensusHash: digest('consensus'),
      appHash: digest(`app ${height} ${flavour}`),
      lastResultsHash: digest('results'),
      evidenceHash: digest('evidence'),
      proposerAddress: validatorAddress(validators[0]!.pubkey),
    };
    const block = { header, commit: commitOf(header, validators, signers), validators };
    this.blocks.set(height, block);
    return block;
  }

  latestHeight(): Promise<number> {
    return Promise.resolve(Math.max(...this.blocks.keys()));
  }

  async stateHeight(): Promise<number> {
    return (await this.latestHeight()) - 1;
  }

  lightBlock(height: number): Promise<LightBlock | null> {
    this.asked.push(height);
    return Promise.resolve(this.blocks.get(height) ?? null);
  }

  prove(): Promise<Claim> {
    return Promise.reject(new LightError('unprovable', 'a made chain has no state'));
  }
}

function commitOf(
  header: Header,
  validators: readonly LightValidator[],
  signers: readonly Signer[],
): Commit {
  const partSetHeader = { total: 1, hash: digest('parts') };
  const commit: Commit = {
    height: header.height,
    round: 0,
    blockId: { hash: headerHash(header), partSetHeader },
    signatures: [],
  };
  commit.signatures = validators.map(({ pubkey }) => {
    const by = signers.find((s) => Buffer.from(s.pubkey).equals(pubkey));
    if (by === undefined) {
      const blockIdFlag = BlockIDFlag.BLOCK_ID_FLAG_ABSENT;
      return { blockIdFlag, validatorAddress: NOTHING, timestamp: NO_TIME, signature: NOTHING };
    }
    const vote = {
      blockIdFlag: BlockIDFlag.BLOCK_ID_FLAG_COMMIT,
      validatorAddress: validatorAddress(pubkey),
      timestamp: { seconds: header.time.seconds + 1n, nanos: 7 },
      signature: NOTHING,
    };
    const signature = ed25519.sign(voteSignBytes(header.chainId, commit, vote), by.secret);
    return { ...vote, signature };
  });
  return commit;
}
