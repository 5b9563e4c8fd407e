import {
  MessageClass,
  MsgGrantSession,
  MsgGrantSessionResponse,
} from '../../../../proto/gen/tenor.sessions.v1.ts';
import { handler } from '../../../runtime/module.ts';
import { addressBytes, ensureAccount } from '../../auth/index.ts';
import { sessionsErrors } from '../errors.ts';
import { isOver, saveSession, sessionsOf } from '../sessions.ts';

const MAX_SESSIONS = 16;
const MAX_LISTED = 16;
const MAX_SECONDS = 90n * 86_400n;
const MAX_BAND_PPM = 1_000_000;
const UNDERLYING = /^[A-Z0-9]{1,12}$/;

/** Authorises a key to trade for the sender, within bounds and for a time. */
export const grantSession = handler({
  codec: MsgGrantSession,
  response: MsgGrantSessionResponse,
  signer: (msg) => msg.sender,
  validate: validateGrant,
  execute(ctx, { sender: owner, ...scope }) {
    const nowSeconds = BigInt(Math.floor(ctx.header.timeMs / 1_000));
    const { key, expiresSeconds } = scope;
    if (expiresSeconds <= nowSeconds || expiresSeconds > nowSeconds + MAX_SECONDS) {
      throw sessionsErrors.badGrant('a session ends within 90 days, and not yet');
    }
    const known = sessionsOf(ctx, owner).filter((session) => !isOver(ctx, session));
    const before = known.find((session) => session.key === key);
    if (before === undefined && known.length >= MAX_SESSIONS) {
      throw sessionsErrors.tooMany(`an owner has at most ${MAX_SESSIONS} sessions: revoke one`);
    }
    // The key's own account counts its sequence, also beyond this session.
    ensureAccount(ctx, key);
    const { day = 0n, usedQuantity = 0n } = before ?? {};
    saveSession(ctx, { owner, ...scope, day, usedQuantity });
    const expires_seconds = expiresSeconds.toString();
    ctx.emit('session_granted', { owner, key, expires_seconds }, ['owner', 'key']);
    return {};
  },
});

function validateGrant(msg: MsgGrantSession): void {
  addressBytes(msg.sender);
  addressBytes(msg.key);
  const { subaccounts, messages, underlyings } = msg;
  if (msg.key === msg.sender) throw sessionsErrors.badGrant('the key is another than your own');
  assertList('subaccounts', subaccounts, subaccounts.length > 0);
  const isClass = messages.every((one) => one !== MessageClass.MESSAGE_CLASS_NONE);
  assertList('messages', messages, messages.length > 0 && isClass);
  const areNames = underlyings.every((name) => UNDERLYING.test(name));
  assertList('underlyings', underlyings, areNames);
  if (msg.priceBandPpm > MAX_BAND_PPM)
    throw sessionsErrors.badGrant('a price band is at most 100%');
}

/** Short, and each once. */
function assertList(name: string, list: readonly unknown[], isFine: boolean): void {
  if (isFine && list.length <= MAX_LISTED && new Set(list).size === list.length) return;
  throw sessionsErrors.badGrant(`${name}: at most ${MAX_LISTED}, each once and none empty`);
}
