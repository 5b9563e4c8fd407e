import { signal } from '@preact/signals';
import type { TenorClient, TxSigner } from '../../client/index.ts';
import { network, node } from '../store/network.ts';

/** Whom one trades as. */
export interface Wallet {
  readonly kind: 'test' | 'keplr' | 'session';
  /** As people call it: `alice`, or the name in the wallet. */
  readonly name: string;
  /** Whose account it is. */
  readonly owner: string;
}

interface Keys {
  /** Signs all that the owner may do; absent while only a session key is here. */
  readonly owner?: TxSigner;
  /** Signs orders and quotes without asking. */
  readonly session?: TxSigner;
}

/** Who is connected; null: the page only shows. */
export const wallet = signal<Wallet | null>(null);
export const subaccount = signal(0);
/** Whether a session key signs orders. */
export const hasSession = signal(false);

let keys: Keys = {};
let made: { readonly of: string; readonly client: Promise<TenorClient> }[] = [];

export function setWallet(next: Wallet | null, nextKeys: Keys): void {
  keys = nextKeys;
  made = [];
  hasSession.value = nextKeys.session !== undefined;
  wallet.value = next;
}

export const keysOf = (): Keys => keys;

/** How to come to the owner's own key when only a session key is here: the wallet is asked. */
let findOwner: (() => Promise<TxSigner>) | undefined;
export const setOwnerFinder = (find: typeof findOwner): void => void (findOwner = find);

async function ownerSigner(): Promise<TxSigner> {
  if (keys.owner !== undefined) return keys.owner;
  if (findOwner === undefined) throw new Error('Connect your wallet for this: the session cannot.');
  const owner = await findOwner();
  keys = { ...keys, owner };
  return owner;
}

/**
 * The client that signs as who is connected, by the node that the page lives on.
 * @param as `trader`: orders and quotes, by the session key where there is one; `owner`: all else
 */
export async function client(as: 'trader' | 'owner'): Promise<TenorClient> {
  if (wallet.value === null) throw new Error('Connect a wallet first.');
  const signer = as === 'trader' && keys.session !== undefined ? keys.session : await ownerSigner();
  const of = [node.value, signer.address, subaccount.value].join(' ');
  const known = made.find((each) => each.of === of);
  if (known !== undefined) return known.client;
  const connecting = connect(signer);
  made.push({ of, client: connecting });
  // One that could not be made is made again when it is asked for again.
  connecting.catch(() => (made = made.filter((each) => each.client !== connecting)));
  return connecting;
}

async function connect(signer: TxSigner): Promise<TenorClient> {
  // cosmjs and the messages: only who trades needs them.
  const { TenorClient } = await import('../../client/client.ts');
  return TenorClient.connect(`${node.value}/rpc`, {
    signer,
    subaccount: subaccount.value,
    ...(network.value === null ? {} : { chainId: network.value.chainId }),
  });
}
