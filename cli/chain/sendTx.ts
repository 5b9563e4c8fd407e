import { randomInt } from 'node:crypto';
import { BaseAccount } from '../../proto/gen/cosmos.auth.v1beta1.ts';
import type { Coin } from '../../proto/gen/cosmos.base.v1beta1.ts';
import { Params } from '../../proto/gen/tenor.runtime.v1.ts';
import { sha256 } from '../../app/lib/address.ts';
import { CliError, RefusedError, exitCodes, keyError, usageError } from '../errors.ts';
import type { Signer } from '../keyring/keys.ts';
import { hexOf, refused } from './node.ts';
import type { Node } from './node.ts';
import { outcomeOf } from './outcome.ts';
import type { Outcome } from './outcome.ts';
import { queries } from './queries.ts';
import { NO_FEE, signTx, unsignedTx } from './signTx.ts';
import type { Msg, SigningContext, TxContent, TxFee } from './signTx.ts';

export interface SendOptions {
  /** What the caller takes for the chain; checked. */
  readonly chainId: string | undefined;
  /** The test network whose keys may sign on its own chain only. */
  readonly testChainId: string | undefined;
  readonly isUnordered: boolean;
  /** How long to wait for a block; 0: not at all. */
  readonly waitMs: number;
}

/** A transaction that the mempool took, and its outcome if it was waited for. */
export interface Sent {
  readonly hash: string;
  readonly outcome: Outcome | null;
}

const POLL_MS = 250;
/** Blocks may be slow while a proposer is down; the network refuses more than ten minutes. */
const UNORDERED_SECONDS = 300n;
const BILLION = 1_000_000_000;
/** A sequence that another transaction has just taken is read again this often. */
const MAX_SEQUENCE_RETRIES = 8;
const SEQUENCE_RETRY_MS = 500;
/** Gas on top of what a simulation used, in percent: state may differ by a little in the block. */
const GAS_PERCENT = 130n;
const PPM = 1_000_000n;
/** The runtime's `feeNeeded`. */
const FEE_NEEDED = 9;

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Signs messages, hands them to the mempool and waits for their block.
 * Throws RefusedError when the chain refuses, a timeout error when no block has it in time.
 */
export async function sendTx(
  node: Node,
  signer: Signer,
  msgs: readonly Msg[],
  options: SendOptions,
): Promise<Sent> {
  const { nodeInfo, syncInfo } = await node.status();
  const chainId = checkChain(nodeInfo.network, signer, options);
  const nowSeconds = BigInt(Math.floor(syncInfo.latestBlockTime.getTime() / 1_000));
  const { isUnordered } = options;
  const timeout = isUnordered
    ? // The nonce of an unordered transaction is its timeout, so it must be its own.
      { seconds: nowSeconds + UNORDERED_SECONDS, nanos: randomInt(BILLION) }
    : null;
  const content: TxContent = { msgs, timeout, isUnordered };
  const bytes = await admit(node, signer, content, chainId);
  const hash = sha256(bytes);
  if (options.waitMs === 0) return { hash: hexOf(hash), outcome: null };
  return { hash: hexOf(hash), outcome: await waitFor(node, hash, options.waitMs) };
}

function checkChain(network: string, signer: Signer, options: SendOptions): string {
  const { chainId, testChainId } = options;
  if (chainId !== undefined && chainId !== network) {
    throw usageError(
      `The node is of chain ${network}, not ${chainId}.`,
      'Check --node, --chain-id.',
    );
  }
  if (signer.kind === 'test' && testChainId !== network) {
    throw keyError(`The test key "${signer.name}" does not sign for chain ${network}.`);
  }
  return network;
}

/** Gets a signed transaction into the mempool; returns its bytes. */
async function admit(
  node: Node,
  signer: Signer,
  content: TxContent,
  chainId: string,
): Promise<Uint8Array> {
  let isFree = content.msgs.every(({ feeExempt }) => feeExempt);
  for (let retries = 0; ; retries++) {
    const account = await accountOf(node, signer.address);
    const fee = isFree ? NO_FEE : await feeOf(node, signer, content, account.sequence);
    const bytes = await signTx(content, fee, signer, { chainId, ...account });
    const admission = await node.broadcast(bytes);
    if (admission.code === 0) return bytes;
    if (isFree && needsFee(admission)) {
      isFree = false;
      continue;
    }
    const stale = admission.codespace === 'sdk' && admission.code === 32;
    // Nothing was accepted, so that signing again cannot do anything twice.
    if (!stale || retries === MAX_SEQUENCE_RETRIES) throw refused(admission);
    await sleep(SEQUENCE_RETRY_MS);
  }
}

async function accountOf(node: Node, address: string): Promise<Omit<SigningContext, 'chainId'>> {
  const { account } = await node.ask(queries.account, { address });
  const { accountNumber, sequence } = BaseAccount.decode(account!.value);
  return { accountNumber, sequence };
}

/** What is free for others costs an account with little equity its gas. */
function needsFee({ codespace, code }: { codespace: string; code: number }): boolean {
  return codespace === 'runtime' && code === FEE_NEEDED;
}

/** The simulated gas and more, at the governed price. */
async function feeOf(
  node: Node,
  signer: Signer,
  content: TxContent,
  sequence: bigint,
): Promise<TxFee> {
  const txBytes = unsignedTx(content, signer.pubkey, sequence);
  const { gasInfo } = await node.ask(queries.simulate, { txBytes });
  const gasLimit = (gasInfo!.gasUsed * GAS_PERCENT) / 100n;
  const { params } = await node.ask(queries.params, { module: 'runtime' });
  const { balances } = await node.ask(queries.balances, {
    address: signer.address,
    resolveDenom: false,
  });
  return { gasLimit, coin: chooseFee(gasLimit, Params.decode(params), balances) };
}

/** In the first denomination that the balance covers; if none does, the chain says so. */
export function chooseFee(
  gasLimit: bigint,
  { gasPrices }: Pick<Params, 'gasPrices'>,
  balances: readonly Coin[],
): Coin | null {
  const offers = gasPrices.map(({ denom, pricePpm }) => ({
    denom,
    amount: (gasLimit * pricePpm + PPM - 1n) / PPM,
  }));
  const held = new Map(balances.map(({ denom, amount }) => [denom, BigInt(amount)]));
  const chosen = offers.find(({ denom, amount }) => (held.get(denom) ?? 0n) >= amount) ?? offers[0];
  if (chosen === undefined || chosen.amount === 0n) return null;
  return { denom: chosen.denom, amount: chosen.amount.toString() };
}

async function waitFor(node: Node, hash: Uint8Array, waitMs: number): Promise<Outcome> {
  const until = performance.now() + waitMs;
  while (performance.now() < until) {
    await sleep(POLL_MS);
    const found = await node.tx(hash).catch(nullWhenUnreachable);
    if (found === null) continue;
    const outcome = outcomeOf(found);
    if (outcome.code === 0) return outcome;
    throw refused(outcome, { hash: outcome.hash, height: outcome.height });
  }
  const text = hexOf(hash);
  throw new CliError(
    exitCodes.timeout,
    `Transaction ${text} is in no block after ${waitMs / 1_000} seconds. It may still come.`,
    `Do not send it again before you know: tenor tx show ${text}`,
  );
}

/** The transaction is on its way: a node that does not answer for a moment is asked again. */
function nullWhenUnreachable(error: unknown): null {
  if (error instanceof CliError && !(error instanceof RefusedError)) return null;
  throw error;
}
