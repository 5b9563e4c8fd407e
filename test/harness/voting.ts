import type { ExtendedCommitInfo } from 'cosmjs-types/tendermint/abci/types';
import { BlockIDFlag } from 'cosmjs-types/tendermint/types/validator';
import type { Accountability, ReportCard } from '../../proto/gen/tenor.oracle.v1.ts';
import { Execution } from './execution.ts';
import { consensusAddress } from '../../app/modules/staking/index.ts';
import { applyVotes } from '../../app/modules/oracle/applyVotes.ts';
import { params } from '../../app/modules/oracle/params.ts';
import { reportCards } from '../../app/modules/oracle/accountability/reportCards.ts';

const NONE = new Uint8Array(0);
const { BLOCK_ID_FLAG_ABSENT, BLOCK_ID_FLAG_COMMIT } = BlockIDFlag;

/** An index of BTC in USD, bytes, nothing to say, no vote, or one that the proposer left out. */
export type Said = number | Uint8Array | 'empty' | 'absent' | 'omitted';

export const HONEST: Said[] = [64_000, 64_000, 64_000, 64_000];

/** Four validators whose votes are as given, in windows of a minute of which two count. */
export class Voting {
  readonly chain = new Execution();

  constructor() {
    const short = { windowSeconds: 60n, windowsKept: 2, sampleEvery: 1, minAsked: 1 };
    this.govern({ ...short, rewardPpm: 100_000 });
  }

  govern(change: Partial<Accountability>): void {
    const given = params.get(this.chain.view);
    const accountability = { ...given.accountability!, ...change };
    params.set(this.chain.ctx, { ...given, accountability });
  }

  addressOf(i: number): Uint8Array {
    return consensusAddress(this.chain.validators[i]!.pubkey);
  }

  cardOf(i: number): ReportCard {
    return reportCards(this.chain.view, { consensusAddress: this.addressOf(i) }).cards[0]!;
  }

  /** The findings of a block, as `findings far`. */
  block(said: readonly Said[], afterMs = 1_000, proposer?: number): readonly string[] {
    this.chain.wait(afterMs);
    const by = proposer === undefined ? {} : { proposer: this.addressOf(proposer) };
    this.chain.header = { ...this.chain.header, ...by };
    const ctx = this.chain.ctx;
    applyVotes(ctx, this.#commit(said));
    return ctx.events.filter(({ type }) => type === 'oracle_finding').map(textOf);
  }

  /** So many blocks until the end of a minute, the last of which begins another window. */
  window(said: readonly Said[], blocks = 4): readonly string[] {
    for (let i = 2; i < blocks; i++) this.block(said);
    const leftMs = 60_000 - (this.chain.header.timeMs % 60_000);
    if (blocks > 1) this.block(said, leftMs - 1_000);
    return this.block(said, blocks > 1 ? 1_000 : leftMs);
  }

  #commit(said: readonly Said[]): ExtendedCommitInfo {
    const bytes = new Map([...new Set(said)].map((word) => [word, this.#bytesOf(word)]));
    const votes = said.map((word, i) => ({
      validator: { address: this.addressOf(i), power: 100n },
      voteExtension: bytes.get(word)!,
      extensionSignature: word === 'absent' || word === 'omitted' ? NONE : new Uint8Array(64),
      blockIdFlag: word === 'absent' ? BLOCK_ID_FLAG_ABSENT : BLOCK_ID_FLAG_COMMIT,
    }));
    return { round: 0, votes };
  }

  #bytesOf(word: Said): Uint8Array {
    if (word instanceof Uint8Array) return word;
    if (typeof word === 'string') return NONE;
    return this.chain.extension({ btc: word, eth: 3_200, vol: 0.6 });
  }
}

const textOf = ({ attributes }: { attributes: { key: string; value: string }[] }) =>
  attributes
    .filter(({ key }) => key !== 'validator')
    .map(({ key, value }) => `${key} ${value}`)
    .join(', ');
