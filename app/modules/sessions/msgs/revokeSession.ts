import {
  MsgRevokeSession,
  MsgRevokeSessionResponse,
} from '../../../../proto/gen/tenor.sessions.v1.ts';
import { handler } from '../../../runtime/module.ts';
import { addressBytes } from '../../auth/index.ts';
import { sessionsErrors } from '../errors.ts';
import { endSession, sessionOf } from '../sessions.ts';

/** Ends a session: the next transaction of its key is refused, in the same block already. */
export const revokeSession = handler({
  codec: MsgRevokeSession,
  response: MsgRevokeSessionResponse,
  signer: (msg) => msg.sender,
  validate({ sender, key }) {
    addressBytes(sender);
    addressBytes(key);
  },
  execute(ctx, { sender: owner, key }) {
    const session = sessionOf(ctx, owner, key);
    if (session === undefined) throw sessionsErrors.noSession(`${key} has no session of yours`);
    endSession(ctx, session);
    ctx.emit('session_revoked', { owner, key }, ['owner', 'key']);
    return {};
  },
});
