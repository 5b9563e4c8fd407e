import { keySigner } from '../../client/signer.ts';
import { msgOf } from '../../client/signTx.ts';
import {
  MessageClass,
  MsgGrantSession,
  MsgRevokeSession,
} from '../../proto/gen/tenor.sessions.v1.ts';
import { block } from '../store/streams.ts';
import { network } from '../store/network.ts';
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

/** Ends the session at once, on the chain and here. */
export async function revokeSession(): Promise<void> {
  const { session } = keysOf();
  const owner = wallet.value!;
  if (session === undefined) return;
  const message = { sender: owner.owner, key: session.address };
  const asOwner = await client('owner');
  await asOwner.send([msgOf(MsgRevokeSession, message)]);
  await forgetKey(owner.owner);
  const { owner: ownerKey } = keysOf();
  setWallet(owner, ownerKey === undefined ? {} : { owner: ownerKey });
  if (owner.kind !== 'test') remember({ kind: 'keplr' });
}

/** A session that this browser has kept, if it still holds; true when it does. */
export async function resumeSession(owner: string): Promise<boolean> {
  const sealed = await keptKey(owner);
  if (sealed === null) return false;
  const isOver = 1_000 * sealed.expiresSeconds <= Date.now();
  if (isOver || sealed.chainId !== network.value?.chainId) {
    await forgetKey(owner);
    return false;
  }
  const session = { ...keySigner(await openKey(sealed)), owner };
  const { owner: ownerKey } = keysOf();
  const who = wallet.value ?? { kind: 'session' as const, name: sealed.name, owner };
  setWallet(who, ownerKey === undefined ? { session } : { session, owner: ownerKey });
  return true;
}
