import { effect, signal } from '@preact/signals';
import { network, node } from '../store/network.ts';
import { remembered } from '../store/settings.ts';
import { block } from '../store/streams.ts';
import { subaccount, wallet } from '../wallet/wallet.ts';
import type { NotVerified, TrustedBlock, VerifyAnswer, VerifyRequest } from './protocol.ts';

/** Whether balances and positions are checked against proofs. */
export const isVerifying = remembered('verify', ['off', 'on']);
/** The last answer; null while there is none. */
export const verified = signal<VerifyAnswer | null>(null);

/** Whether it shows that something is wrong, and not only that nothing was shown yet. */
export const isAlarm = ({ fault }: NotVerified): boolean =>
  fault !== 'unreachable' && fault !== 'late';

const EVERY_BLOCKS = 5;
const KEY = 'tenor.trusted';

interface Kept extends TrustedBlock {
  readonly chainId: string;
}

function keptBlock(chainId: string): TrustedBlock | null {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? 'null') as Kept | null;
    return kept?.chainId === chainId ? kept : null;
  } catch {
    return null;
  }
}

async function hashOf(nodeUrl: string, height: number): Promise<string | null> {
  const question = { jsonrpc: '2.0', id: 1, method: 'commit', params: { height: String(height) } };
  const headers = { 'content-type': 'application/json' };
  interface Answer {
    readonly result?: { signed_header: { commit: { block_id: { hash: string } } } };
  }
  try {
    const body = JSON.stringify(question);
    const answer = await fetch(`${nodeUrl}/rpc`, { method: 'POST', headers, body });
    const { result } = (await answer.json()) as Answer;
    return result?.signed_header.commit.block_id.hash ?? null;
  } catch {
    return null;
  }
}

/** The first time: a block of which all nodes that answer say the same. */
async function chooseBlock(chainId: string): Promise<TrustedBlock> {
  const height = Math.max(1, block.value.height - 2);
  const asked = (network.value?.nodes ?? []).map((each) => hashOf(each, height));
  const hashes = (await Promise.all(asked)).filter((hash) => hash !== null);
  const [hash] = hashes;
  if (hash === undefined) throw new Error(`no node shows block ${height}`);
  if (hashes.some((each) => each !== hash)) throw new Error(`nodes differ about block ${height}`);
  const trusted: Kept = { chainId, height, hash };
  try {
    localStorage.setItem(KEY, JSON.stringify(trusted));
  } catch {
    // Then it is chosen again with the next page.
  }
  return trusted;
}

/** Forgets the block that all proofs begin at: the next one is chosen anew. */
export function trustAnew(): void {
  localStorage.removeItem(KEY);
  verified.value = null;
  lastHeight = 0;
}

let worker: Worker | undefined;
let isAsked = false;
let lastHeight = 0;

/** The build names the worker's file in the page. */
function workerOf(): Worker {
  const address = document.querySelector<HTMLMetaElement>('meta[name="verify-worker"]')!.content;
  const made = new Worker(address, { type: 'module', name: 'light client' });
  made.onmessage = ({ data }: MessageEvent<VerifyAnswer>) => {
    isAsked = false;
    if (isVerifying.value === 'on') verified.value = data;
  };
  return made;
}

async function ask(owner: string, chainId: string): Promise<void> {
  isAsked = true;
  try {
    const trusted = keptBlock(chainId) ?? (await chooseBlock(chainId));
    const request: VerifyRequest = {
      ...{ node: node.value, chainId, trusted, owner, subaccount: subaccount.value },
    };
    worker ??= workerOf();
    worker.postMessage(request);
  } catch (error) {
    isAsked = false;
    verified.value = { ok: false, fault: 'unreachable', reason: (error as Error).message };
  }
}

/** Checks again every few blocks for as long as the switch is on and somebody is connected. */
export function followVerifying(): void {
  effect(() => {
    const owner = wallet.value?.owner;
    const chainId = network.value?.chainId;
    const { height } = block.value;
    if (isVerifying.value === 'off' || owner === undefined || chainId === undefined) {
      verified.value = null;
      lastHeight = 0;
      return;
    }
    if (height === 0 || isAsked || height < lastHeight + EVERY_BLOCKS) return;
    lastHeight = height;
    void ask(owner, chainId);
  });
}
