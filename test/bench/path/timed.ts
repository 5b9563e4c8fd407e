import { CheckTxType } from 'cosmjs-types/tendermint/abci/types';
import type { App } from '../../../app/chain/app.ts';
import { writeFinalizeBlock, writeTxResult } from '../../../app/abci/answers.ts';
import { ProtoWriter } from '../../../proto/writer.ts';

/** CPU microseconds by part of a block's path. */
export type Parts = Map<string, number>;
export const PARTS = ['CheckTx', 'FinalizeBlock', 'Commit', 'encoding'] as const;
/** What a round asks for: a proposal, what is thought of it, votes and those of others. */
const ROUNDS = 'rounds';
const ROUND_CALLS = [
  'prepareProposal',
  'processProposal',
  'extendVote',
  'verifyVoteExtension',
] as const;

export interface TimedOptions {
  /** Counts the calls of rounds, too. */
  readonly rounds?: boolean;
}

type Part = (typeof PARTS)[number] | typeof ROUNDS;

function add(parts: Parts, part: Part, since: NodeJS.CpuUsage): void {
  const { user, system } = process.cpuUsage(since);
  parts.set(part, (parts.get(part) ?? 0) + user + system);
}

/** A node's application that tells what each of its calls costs. */
export class Timed {
  #parts: Parts = new Map();
  readonly #app: App;

  constructor(app: App, { rounds = false }: TimedOptions = {}) {
    this.#app = app;
    if (rounds) this.#timeRounds(app);
    const finalizeBlock = app.finalizeBlock.bind(app);
    const commit = app.commit.bind(app);
    app.finalizeBlock = (request) => {
      let since = process.cpuUsage();
      const answer = finalizeBlock(request);
      add(this.#parts, 'FinalizeBlock', since);
      since = process.cpuUsage();
      const writer = new ProtoWriter();
      writeFinalizeBlock(answer, writer);
      writer.finish();
      add(this.#parts, 'encoding', since);
      return answer;
    };
    app.commit = () => {
      const since = process.cpuUsage();
      return commit().then((answer) => {
        add(this.#parts, 'Commit', since);
        return answer;
      });
    };
  }

  #timeRounds(app: App): void {
    for (const call of ROUND_CALLS) {
      const answer = app[call].bind(app) as (request: unknown) => unknown;
      const timed = (request: unknown) => {
        const since = process.cpuUsage();
        const answered = answer(request);
        add(this.#parts, ROUNDS, since);
        return answered;
      };
      Object.assign(app, { [call]: timed });
    }
  }

  check(txs: readonly Uint8Array[]): void {
    let since = process.cpuUsage();
    const answers = txs.map((tx) => this.#app.checkTx({ tx, type: CheckTxType.NEW }));
    add(this.#parts, 'CheckTx', since);
    const refused = answers.find(({ code }) => code !== 0);
    if (refused !== undefined) throw new Error(`CheckTx refused one: ${refused.log}`);
    since = process.cpuUsage();
    for (const answer of answers) {
      const writer = new ProtoWriter();
      writeTxResult(answer, writer);
      writer.finish();
    }
    add(this.#parts, 'encoding', since);
  }

  /** What was counted, in a map of its own. */
  take(): Parts {
    const parts = this.#parts;
    this.#parts = new Map();
    return parts;
  }
}

/** Adds to sums what a block took more than the one without transactions before it. */
export function addBeyondIdle(sums: Parts, full: Parts, idle: Parts): void {
  for (const part of PARTS) {
    const more = (full.get(part) ?? 0) - (idle.get(part) ?? 0);
    sums.set(part, (sums.get(part) ?? 0) + more);
  }
}
