import type { Params } from '../../proto/gen/tenor.runtime.v1.ts';
import { Ctx } from '../runtime/context.ts';
import type { BlockHeader, Event } from '../runtime/context.ts';
import { runtimeParams } from '../runtime/coreModule.ts';
import { runtimeErrors } from '../runtime/errors.ts';
import { refusedTx } from '../runtime/execute.ts';
import type { TxResult } from '../runtime/execute.ts';
import { firstWithoutRoom, gasOf } from './blockRoom.ts';
import type { ValidatorUpdate } from '../runtime/module.ts';
import type { Binary } from '../lib/bytes.ts';
import type { ReadTx } from '../runtime/readTx.ts';
import type { Registry } from '../runtime/registry.ts';
import { INJECTED_MAGIC } from '../runtime/tx.ts';
import { appVersionOf, carryOut, upgradeAt } from '../runtime/upgrade/index.ts';
import type { State } from '../store/state.ts';

export interface BlockResult {
  readonly results: readonly TxResult[];
  /** Of its transactions, but for the injected votes. */
  readonly hashes: readonly Binary[];
  readonly events: readonly Event[];
  /** How many of them came before the transactions; the rest came after them. */
  readonly eventsBefore: number;
  readonly updates: readonly ValidatorUpdate[];
  /** Of the headers from the next block on, when an upgrade changes it. */
  readonly appVersion?: bigint;
}

const ACCEPTED: TxResult = {
  code: 0,
  codespace: '',
  log: '',
  data: new Uint8Array(0),
  gasWanted: 0,
  gasUsed: 0,
  events: [],
};

const NO_ROOM = refusedTx(runtimeErrors.blockFull('the block has no room left: send it again'));

/**
 * Executes transactions within the gas of a block. What they want is set aside for them; the rest
 * of the block's gas, and what they leave of theirs, is there for those that come to need more. A
 * block that sets aside too much, which no honest validator lets pass, executes what has room.
 */
function executeTxs(
  reads: readonly ReadTx[],
  params: Params,
  execute: Execute['execute'],
): TxResult[] {
  const end = firstWithoutRoom(reads, params);
  const within = end === -1 ? reads : reads.slice(0, end);
  let spareGas = within.reduce((left, read) => left - gasOf(read), Number(params.maxBlockGas));
  const results = within.map((read) => {
    const result = execute(read, Math.max(0, spareGas));
    spareGas += gasOf(read) - result.gasUsed;
    return result;
  });
  return [...results, ...reads.slice(within.length).map(() => NO_ROOM)];
}

/** How a block's transactions are read, under the parameters that it begins with, and executed. */
export interface Execute {
  readonly read: (bytes: Uint8Array, params: Params) => ReadTx;
  /** @param spareGas what exempt messages may use beside what they want */
  readonly execute: (read: ReadTx, spareGas: number) => TxResult;
}

/**
 * Executes a decided block: an upgrade that is due, the injected votes, what modules do at its
 * begin, the transactions in order, what modules do at its end. Depends on nothing but the state
 * and the block, so a replay gives the same. What is thrown outside a transaction stops the node.
 * @throws WrongProgram, before anything is written, when the block is another program's
 */
export function executeBlock(
  registry: Registry,
  state: State,
  header: BlockHeader,
  txs: readonly Uint8Array[],
  { read, execute }: Execute,
): BlockResult {
  const ctx = new Ctx(state, header);
  const upgrade = upgradeAt(registry, ctx, header.height);
  if (upgrade !== undefined) carryOut(registry, ctx, upgrade);
  const hasVotes = txs[0]?.[0] === INJECTED_MAGIC;
  registry.votes.apply(ctx, hasVotes ? txs[0] : undefined);
  for (const module of registry.begin) module.beginBlock?.(ctx);
  const params = runtimeParams.get(ctx);
  const reads = txs.slice(hasVotes ? 1 : 0).map((bytes) => read(bytes, params));
  // The engine tells a block's own events as one list: what came before the transactions is marked.
  if (reads.length > 0 && ctx.events.length > 0) ctx.emit('transactions', {});
  const eventsBefore = ctx.events.length;
  const results = [...(hasVotes ? [ACCEPTED] : []), ...executeTxs(reads, params, execute)];
  const updates = registry.end.flatMap((module) => module.endBlock?.(ctx) ?? []);
  const appVersion = upgrade === undefined ? {} : { appVersion: appVersionOf(ctx) };
  const hashes = reads.map(({ hash }) => hash);
  return { results, hashes, events: ctx.events, eventsBefore, updates, ...appVersion };
}
