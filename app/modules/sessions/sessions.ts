import type { Session } from '../../../proto/gen/tenor.sessions.v1.ts';
import type { Ctx, View } from '../../runtime/context.ts';
import { address as addressPart } from '../../lib/keys.ts';
import { addressBytes } from '../auth/index.ts';
import { endings, sessions } from './state.ts';

const keyOf = ({ owner, key }: Pick<Session, 'owner' | 'key'>) =>
  [addressBytes(owner), addressBytes(key)] as const;

export const isOver = ({ header }: Pick<View, 'header'>, { expiresSeconds }: Session): boolean =>
  BigInt(header.timeMs) >= expiresSeconds * 1_000n;

/** The session of a key, unless it is over. */
export function sessionOf(view: View, owner: string, key: string): Session | undefined {
  const session = sessions.get(view, keyOf({ owner, key }));
  return session === undefined || isOver(view, session) ? undefined : session;
}

/** Those of an owner, by key. */
export function sessionsOf(view: View, owner: string): Session[] {
  const own = sessions.under(view, addressPart.write(addressBytes(owner)));
  return [...own].map(([, session]) => session);
}

export function saveSession(ctx: Ctx, session: Session): void {
  const key = keyOf(session);
  const before = sessions.get(ctx, key);
  if (before !== undefined) endings.delete(ctx, [before.expiresSeconds, ...key]);
  sessions.set(ctx, key, session);
  endings.set(ctx, [session.expiresSeconds, ...key], true);
}

/** What was used changes, and nothing else. */
export function updateUsed(ctx: Ctx, session: Session): void {
  sessions.set(ctx, keyOf(session), session);
}

export function endSession(ctx: Ctx, session: Session): void {
  const key = keyOf(session);
  sessions.delete(ctx, key);
  endings.delete(ctx, [session.expiresSeconds, ...key]);
}

/** Sessions forgotten in one block at the most; what is over counts for nothing before that. */
const MAX_FORGOTTEN = 1_000;

export function forgetOver(ctx: Ctx): void {
  let forgotten = 0;
  for (const [[seconds, owner, key]] of endings.entries(ctx)) {
    if (BigInt(ctx.header.timeMs) < seconds * 1_000n || forgotten++ >= MAX_FORGOTTEN) return;
    sessions.delete(ctx, [owner, key]);
    endings.delete(ctx, [seconds, owner, key]);
  }
}
