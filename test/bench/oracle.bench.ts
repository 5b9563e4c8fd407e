// P11 of the goals: how large a vote extension with all feeds and surfaces is, and what it costs to
// extend, verify, apply and repair. The limits are the goal's; no other chain's code runs here.
import { BlockIDFlag } from 'cosmjs-types/tendermint/types/validator';
import type { ExtendedCommitInfo } from 'cosmjs-types/tendermint/abci/types';
import { applyVotes } from '../../app/modules/oracle/applyVotes.ts';
import { repairVols } from '../../app/modules/oracle/core/surface.ts';
import { defaultOracleParams, params } from '../../app/modules/oracle/params.ts';
import { prices } from '../../app/modules/oracle/state.ts';
import { viewOf } from '../../app/runtime/context.ts';
import { oracleVotes } from '../../app/modules/oracle/votes/spec.ts';
import { SURFACE_NODES } from '../../app/lib/surfaceNodes.ts';
import { expiriesVoted } from '../../app/modules/oracle/core/expiriesVoted.ts';
import { buildReport } from '../../feeder/core/buildReport.ts';
import { FeederReport, Venue } from '../../proto/gen/tenor.oracle.v1.ts';
import { checkVotes } from '../../app/modules/oracle/votes/check.ts';
import { encodeInjection } from '../../app/modules/oracle/votes/inject.ts';
import { extensionSignBytes } from '../../app/modules/oracle/votes/verifySignature.ts';
import { consensusAddress } from '../../app/modules/staking/index.ts';
import { Execution } from '../harness/execution.ts';
import { ValidatorKey } from '../harness/keys.ts';
import type { Figure } from './figure.ts';

export const name = 'oracle';

const DAY = 86_400;
const RULES = {
  ...{ minSources: 1, maxAgeMs: 60_000, maxDeviation: 0.02 },
  ...{ minVolSources: 1, maxVolAgeMs: 60_000, maxVolDeviation: 0.25 },
  ...{ minStablecoinSources: 1, maxStablecoinAgeMs: 60_000, multiplyIndex: 1 },
};
const limit = (figure: Omit<Figure, 'peer' | 'ratio'>, goal: number): Figure => ({
  ...figure,
  peer: 'the goal, at most',
  peerValue: goal,
  ratio: Number((figure.value / goal).toPrecision(3)),
});

/** What a feeder that sees a smile on both underlyings sends, in the feeder's own code. */
function reportBytes(nowMs: number, shift: number): Uint8Array {
  const nowSeconds = Math.floor(nowMs / 1000);
  const expiries = expiriesVoted(nowMs).map((expirySeconds) => ({
    expirySeconds,
    basis: 1 + (expirySeconds - nowSeconds) / DAY / 5_000,
    vols: SURFACE_NODES.map((z) => 0.55 + 0.03 * z * z - 0.02 * z + shift),
    ...{ extrapolated: 0, seenMs: nowMs },
  }));
  const asked = <T>(answer: T) => ({
    source: { name: 'a', venue: Venue.VENUE_DERIBIT, weight: 1 },
    ...{ answer, failures: 0, problem: '' },
  });
  const underlying = (id: number, symbol: string, reference: number) => ({
    ...{ id, symbol },
    prices: [asked({ price: reference * (1 + shift / 100), quote: 'USD', seenMs: nowMs })],
    chains: [asked({ reference, quote: 'USD', expiries })],
  });
  const report = buildReport(
    [
      underlying(1, 'BTC', 64_123.456789),
      underlying(2, 'ETH', 3_301.234567),
      underlying(3, 'SOL', 142.345),
    ],
    [],
    RULES,
    nowMs,
  );
  return FeederReport.encode(report);
}

/** Microseconds of each run, sorted. */
function times(runs: number, work: () => void): number[] {
  const taken: number[] = [];
  for (let i = 0; i < runs; i++) {
    const start = performance.now();
    work();
    taken.push((performance.now() - start) * 1000);
  }
  return taken.slice(runs / 10).sort((a, b) => a - b);
}

const at = (sorted: readonly number[], share: number): number =>
  Number(sorted[Math.floor((sorted.length - 1) * share)]!.toPrecision(4));

/** A chain with a third underlying, whose validators have said this for some blocks. */
function settled(): Execution {
  const chain = new Execution();
  const { feeds } = defaultOracleParams;
  const sol = { underlyingId: 3, underlying: 'SOL' };
  const four = validators(4);
  params.set(chain.ctx, { ...params.get(chain.view), feeds: [...feeds, sol] });
  for (let i = 0; i < 4; i++) {
    chain.wait(1_000);
    applyVotes(chain.ctx, commit(chain, four, 0));
  }
  return chain;
}

function benchVote(emit: (f: Figure) => void): void {
  const chain = settled();
  const header = { ...chain.header, height: chain.header.height + 1 };
  const view = viewOf(chain.state, header);
  const say = (shift: number) => oracleVotes.extend(view, reportBytes(header.timeMs, shift));
  const what = '3 underlyings, 8 expiries, 9 nodes, ages, stablecoins and sources';
  emit(limit({ name: `vote, ${what}`, value: say(0.001).length, unit: 'bytes' }, 512));
  emit(limit({ name: 'vote, volatilities 1.9 times', value: say(0.5).length, unit: 'bytes' }, 512));
  const report = reportBytes(header.timeMs, 0.001);
  const sorted = times(5_000, () => {
    const said = oracleVotes.extend(view, report);
    if (said.length === 0 || !oracleVotes.verify(view, said)) throw new Error('no vote');
  });
  emit(limit({ name: 'extend + verify, p99', value: at(sorted, 0.99), unit: 'us' }, 5_000));
  emit({ name: 'extend + verify, median', value: at(sorted, 0.5), unit: 'us' });
}

const POWER = 100n;

/** Keys of this many validators, in the order of their addresses. */
function validators(count: number) {
  return Array.from({ length: count }, (_, i) => new ValidatorKey(`bench${i}`)).map((key) => ({
    ...{ key, address: consensusAddress(key.pubkey) },
  }));
}

type Validators = ReturnType<typeof validators>;

/** Their votes for the block before the next one, each with its own prices, signed. */
function commit(chain: Execution, set: Validators, noise = 0.001): ExtendedCommitInfo {
  const { header, state } = chain;
  const view = viewOf(state, { ...header, height: header.height - 1 });
  const votes = set.map(({ key, address }, i) => {
    const shift = ((i * 7) % 11) * noise;
    const voteExtension = oracleVotes.extend(view, reportBytes(header.timeMs, shift));
    const height = header.height - 1;
    return {
      validator: { address, power: POWER },
      voteExtension,
      extensionSignature: key.sign(extensionSignBytes(voteExtension, height, 0, header.chainId)),
      blockIdFlag: BlockIDFlag.BLOCK_ID_FLAG_COMMIT,
    };
  });
  return { round: 0, votes };
}

/** Microseconds of CPU of one run, as the process spends them. */
function cpuOf(runs: number, work: () => void): number {
  for (let i = 0; i < runs / 10; i++) work();
  const before = process.cpuUsage();
  for (let i = 0; i < runs; i++) work();
  const { user, system } = process.cpuUsage(before);
  return Number(((user + system) / runs).toPrecision(3));
}

/** What votes take of each call of a block, all feeds and surfaces in every one of them. */
function benchCalls(emit: (f: Figure) => void): void {
  let before: Map<string, number> | undefined;
  for (const count of [4, 32, 100]) {
    const chain = settled();
    const set = validators(count);
    chain.wait(1_000);
    const injected = commit(chain, set);
    const lastCommit = {
      round: 0,
      votes: injected.votes.map(({ validator, blockIdFlag }) => ({ validator, blockIdFlag })),
    };
    const { chainId, height } = chain.header;
    const signers = set.map(({ key, address: consensusAddress }) => ({
      ...{ consensusAddress, consensusPubkey: key.pubkey, power: POWER },
      ...{ moniker: '', operator: '' },
    }));
    const check = {
      ...{ injected, lastCommit, chainId, height: height - 1 },
      set: { height: 1n, validators: signers },
    };
    const view = viewOf(chain.state, { ...chain.header, height: height - 1 });
    const verify = () => {
      for (const { voteExtension } of injected.votes.slice(1)) {
        if (!oracleVotes.verify(view, voteExtension)) throw new Error('an honest vote is refused');
      }
    };
    const processed = () => {
      const wrong = checkVotes(check);
      if (wrong !== null) throw new Error(wrong);
    };
    // Each time on the same state: a block that is applied drops the base it was told against.
    const applied = () => {
      const mark = chain.state.mark();
      applyVotes(chain.ctx, injected);
      const height = prices.get(chain.view, 3)?.height;
      if (height !== BigInt(chain.header.height)) throw new Error('the votes set no price');
      chain.state.rollback(mark);
    };
    const bytes = encodeInjection(injected);
    const now = new Map<string, number>([
      ['VerifyVoteExtension of all others', cpuOf(60, verify)],
      ['PrepareProposal: votes injected', cpuOf(200, () => encodeInjection(injected))],
      ['ProcessProposal: votes checked', cpuOf(20, processed)],
      ['FinalizeBlock: votes applied', cpuOf(60, applied)],
    ]);
    emit({ name: `votes of ${count} validators in a block`, value: bytes.length, unit: 'bytes' });
    for (const [name, value] of now) {
      emit({ name: `${name}, ${count} validators`, value, unit: 'us' });
      const smaller = before?.get(name);
      if (smaller === undefined || before === undefined) continue;
      const growth = Number((value / smaller / (count / 4)).toPrecision(3));
      emit({ name: `${name}: time a validator, ${count} to 4`, value: growth, unit: 'x' });
    }
    before ??= now;
  }
}

function benchRepair(emit: (f: Figure) => void): void {
  const nowMs = Date.UTC(2026, 10, 23);
  for (const rows of [4, 8, 16]) {
    const expiries = Array.from({ length: rows }, (_, i) => nowMs / 1000 + (i + 1) * 20 * DAY);
    const noisy = expiries.map((_, i) =>
      SURFACE_NODES.map(
        (z, j) => 0.55 + 0.03 * z * z + (0.05 * (((i * 9 + j) * 7919) % 101)) / 101,
      ),
    );
    const sorted = times(2_000, () => repairVols(expiries, noisy, nowMs));
    const size = `${rows} expiries of ${SURFACE_NODES.length} nodes`;
    emit({ name: `repair a surface of ${size}`, value: at(sorted, 0.5), unit: 'us' });
  }
}

export function run(emit: (f: Figure) => void): Promise<void> {
  benchVote(emit);
  benchCalls(emit);
  benchRepair(emit);
  return Promise.resolve();
}
