import type { Caller, Method, Methods } from '../rpc/method.ts';
import { RpcError } from '../rpc/rpcError.ts';
import type { Connection } from '../server/connection.ts';

const SCOPES = ['connection', 'account'] as const;

function onlyOn({ connection }: Caller): Connection {
  if (connection !== null) return connection;
  throw new RpcError('mustBeWebsocket', { reason: 'it is about a connection: /ws/api/v2' });
}

const enable: Method = {
  differs: "the chain's dead-man switch stands behind it: all orders of the account go with it",
  async run({ disconnects }, params, caller) {
    if (params.oneOf('scope', SCOPES, 'connection') === 'account') {
      await disconnects.setDefault(true);
      if (caller.connection !== null) await disconnects.enable(caller.connection);
    } else {
      await disconnects.enable(onlyOn(caller));
    }
    return 'ok';
  },
};

const disable: Method = {
  differs:
    "quotes go with their connection all the same; the chain's switch then reaches as far as " +
    'others want it',
  async run({ disconnects }, params, caller) {
    const isAccount = params.oneOf('scope', SCOPES, 'connection') === 'account';
    if (isAccount) await disconnects.setDefault(false);
    else await disconnects.disable(onlyOn(caller));
    return 'ok';
  },
};

export const disconnectMethods: Methods = {
  'private/enable_cancel_on_disconnect': enable,
  'private/disable_cancel_on_disconnect': disable,
  'private/get_cancel_on_disconnect': {
    run({ disconnects }, params, caller) {
      const scope = params.oneOf('scope', SCOPES, 'connection');
      const enabled =
        scope === 'account'
          ? disconnects.isDefault
          : (caller.connection?.cancelsOnDisconnect ?? false);
      return { scope, enabled };
    },
  },
};
