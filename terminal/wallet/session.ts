import { keySigner } from '../../client/signer.ts';
import { msgOf } from '../../client/signTx.ts';
import {
  MessageClass,
  MsgGrantSession,
  MsgRevokeSession,
} from '../../proto/gen/tenor.sessions.v1.ts';
import { block } from '../store/streams.ts';
import { getJson, network } from '../store/network.ts';
import { remember } from './remembered.ts';
import { forgetKey, keepKey, keptKey, openKey } from './sealedKeys.ts';
import { client, keysOf, setWallet, subaccount, wallet } from './wallet.ts';

const KEY_BYTES = 32;
const DAY_SECONDS = 86_400;

/**
 * Makes a key in this browser that trades for the account, and nothing else, for a day: orders need
 * no prompt from then on. The owner signs once.
 */
export async function grantSession(days = 1): Promise<void> {
  const owner = wallet.value!;
  const { chainId } = network.value!;
  const privateKey = crypto.getRandomValues(new Uint8Array(KEY_BYTES));
  const session = keySigner(privateKey);
  const expiresSeconds = Math.floor(block.value.timeMs / 1_000) + days * DAY_SECONDS;
  const grant = {
    ...{ sender: owner.owner, key: session.address, subaccounts: [subaccount.value] },
    messages: [MessageClass.MESSAGE_CLASS_ORDER, MessageClass.MESSAGE_CLASS_QUOTE],
    ...{ underlyings: [], expiresSeconds: BigInt(expiresSeconds) },
    ...{ priceBandPpm: 0, dailyQuantity: 0n },
  };
  const asOwner = await client('owner');
  await asOwner.send([msgOf(MsgGrantSession, grant)]);
  const terms = { owner: owner.owner, chainId, name: owner.name, expiresSeconds };
  await keepKey(terms, privateKey);
  const { owner: ownerKey } = keysOf();
  const keys = { session: { ...session, owner: owner.owner } };
  setWallet(owner, ownerKey === undefined ? keys : { ...keys, owner: ownerKey });
  if (owner.kind === 'keplr') remember({ kind: 'session', owner: owner.owner });
}

/** Ends a session on the chain, and here if it is of this browser: its own if none is named. */
export async function revokeSession(key = keysOf().session?.address): Promise<void> {
  const owner = wallet.value!;
  if (key === undefined) return;
  const message = { sender: owner.owner, key };
  const asOwner = await client('owner');
  await asOwner.send([msgOf(MsgRevokeSession, message)]);
  if (key !== keysOf().session?.address) return;
  await forgetKey(owner.owner);
  const { owner: ownerKey } = keysOf();
  setWallet(owner, ownerKey === undefined ? {} : { owner: ownerKey });
  if (owner.kind !== 'test') remember({ kind: 'keplr' });
}

/** Whether the chain says that it has no such session: it was ended from elsewhere. */
async function isRevoked(owner: string, key: string): Promise<boolean> {
  interface Sessions {
    readonly sessions: readonly { readonly key: string }[];
  }
  const answer = await getJson<Sessions>(`/tenor/v1/sessions/${owner}`).catch(() => null);
  return answer !== null && answer.sessions.every((session) => session.key !== key);
}

/** A session that this browser has kept, if it still holds; true when it does. */
export async function resumeSession(owner: string): Promise<boolean> {
  const sealed = await keptKey(owner);
  if (sealed === null) return false;
  const session = { ...keySigner(await openKey(sealed)), owner };
  const isOver = 1_000 * sealed.expiresSeconds <= Date.now();
  const isOthers = sealed.chainId !== network.value?.chainId;
  if (isOver || isOthers || (await isRevoked(owner, session.address))) {
    await forgetKey(owner);
    return false;
  }
  const { owner: ownerKey } = keysOf();
  const who = wallet.value ?? { kind: 'session' as const, name: sealed.name, owner };
  setWallet(who, ownerKey === undefined ? { session } : { session, owner: ownerKey });
  return true;
}
