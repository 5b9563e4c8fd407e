import './browserBuffer.ts';
import { contractsText, usdText } from '../../app/lib/amountText.ts';
import { decodeAddress } from '../../app/lib/address.ts';
import { records } from '../../app/lib/records.ts';
import { Verifier } from '../../client/verifier.ts';
import type { VerifiedState } from '../../light/index.ts';
import type { VerifyAnswer, VerifyRequest } from './protocol.ts';

// The light client, beside the page: checking signatures never holds a frame up.

interface Said {
  readonly subaccount: { readonly id: string; readonly cashUusd: string } | null;
  readonly positions: readonly {
    readonly symbol: string;
    readonly position: { readonly seriesId: string; readonly quantity: string };
  }[];
}

interface Balances {
  readonly balances: readonly { readonly denom: string; readonly amount: string }[];
}

class Differs extends Error {
  readonly fault = 'differs';
}

let verifier: { readonly of: string; readonly made: Promise<Verifier> } | undefined;

function verifierOf({ node, chainId, trusted }: VerifyRequest): Promise<Verifier> {
  const of = [node, chainId, trusted.height, trusted.hash].join(' ');
  if (verifier?.of !== of) {
    verifier = { of, made: Verifier.begin(`${node}/rpc`, chainId, trusted) };
  }
  return verifier.made;
}

async function getAt<T>(node: string, path: string, height: number): Promise<T> {
  const answer = await fetch(`${node}${path}?height=${height}`);
  if (!answer.ok) throw new Error(`${path} of block ${height}: the node answered ${answer.status}`);
  return (await answer.json()) as T;
}

type Text = (value: bigint) => string;

function same(what: string, text: Text, proved: bigint, said: string): void {
  if (proved === BigInt(said)) return;
  throw new Differs(`${what}: the node says ${text(BigInt(said))}, the chain has ${text(proved)}`);
}

/** Every number that the node says of the account, against its proof; how many they were. */
async function compare(state: VerifiedState, request: VerifyRequest): Promise<number> {
  const { node, owner, subaccount: number } = request;
  const address = decodeAddress(owner)!;
  const { height } = state;
  const [held, said] = await Promise.all([
    getAt<Balances>(node, `/cosmos/bank/v1beta1/balances/${owner}`, height),
    getAt<Said>(node, `/tenor/v1/accounts/${owner}/${number}`, height).catch(() => null),
  ]);
  const amount = held.balances.find(({ denom }) => denom === 'uusd')?.amount ?? '0';
  same('The wallet', usdText, (await state.get(records.balances, [address, 'uusd'])) ?? 0n, amount);
  const id = await state.get(records.subaccountIds, [address, number]);
  if (id === undefined) return 1;
  const account = await state.get(records.subaccounts, id);
  const open = said?.positions ?? [];
  same('Cash', usdText, account?.cashUusd ?? 0n, said?.subaccount?.cashUusd ?? '0');
  same('How many positions', String, BigInt(account?.positions ?? 0), String(open.length));
  for (const { symbol, position } of open) {
    const proved = await state.get(records.positions, [id, BigInt(position.seriesId)]);
    same(`The position in ${symbol}`, contractsText, proved?.quantity ?? 0n, position.quantity);
  }
  return 3 + open.length;
}

async function verify(request: VerifyRequest): Promise<VerifyAnswer> {
  try {
    const state = await (await verifierOf(request)).state(null);
    const checked = await compare(state, request);
    const { signedPower, totalPower } = state.header;
    return {
      ...{ ok: true, height: state.height, checked },
      ...{ signedPower: Number(signedPower), totalPower: Number(totalPower) },
    };
  } catch (error) {
    const { fault = 'unreachable', message } = error as Error & { fault?: string };
    // What was begun with a node that is gone is begun anew.
    if (fault !== 'differs') verifier = undefined;
    return { ok: false, fault, reason: message };
  }
}

onmessage = ({ data }: MessageEvent<VerifyRequest>) => {
  void verify(data).then((answer) => postMessage(answer));
};
