import type { Tokens } from '../access/access.ts';
import type { Caller, Method, Methods } from '../rpc/method.ts';
import { badParam, RpcError } from '../rpc/rpcError.ts';
import { MAX_CHANNELS } from '../server/connection.ts';
import type { Connection } from '../server/connection.ts';

const VERSION = '1.2.26';
const SCOPE = 'account:read block_trade:none trade:read_write wallet:none';
const [LEAST_HEARTBEAT, MOST_HEARTBEAT] = [10, 3_600];

const onlyOn = ({ connection }: Caller): Connection => {
  if (connection === null) throw new RpcError('mustBeWebsocket', { reason: 'use /ws/api/v2' });
  return connection;
};

const auth: Method = {
  differs:
    'clocks may be 30 s off; scopes are always account:read trade:read_write; a connection ends ' +
    'with its token (12 h) unless it is refreshed over it',
  async run({ access, disconnects }, params, { connection }) {
    const grant = params.oneOf('grant_type', [
      ...(['client_credentials', 'client_signature', 'refresh_token'] as const),
    ]);
    let tokens: Tokens;
    if (grant === 'client_credentials') {
      const [id, secret] = [params.text('client_id'), params.text('client_secret', 128)];
      tokens = access.byCredentials(id, secret, connection !== null);
    } else if (grant === 'client_signature') {
      const [id, nonce] = [params.text('client_id'), params.text('nonce')];
      const data = params.textOr('data', '', 1_024);
      const signature = params.text('signature', 128);
      tokens = access.bySignature(id, params.time('timestamp'), nonce, data, signature);
    } else {
      tokens = access.byRefresh(params.text('refresh_token', 128), connection !== null);
    }
    if (connection !== null) {
      const isNew = connection.token === null;
      connection.authorize(tokens.accessToken, tokens.expiresIn);
      if (isNew) await disconnects.opened(connection);
    }
    const state = params.textOr('state', null, 256);
    return {
      ...{ access_token: tokens.accessToken, refresh_token: tokens.refreshToken },
      ...{ expires_in: tokens.expiresIn, token_type: 'bearer', scope: SCOPE },
      ...{ enabled_features: [], mandatory_tfa_status: 'no_required' },
      ...(state === null ? {} : { state }),
    };
  },
};

const heartbeat: Method = {
  isWebsocketOnly: true,
  run(_services, params, caller) {
    const bounds = { min: LEAST_HEARTBEAT, max: MOST_HEARTBEAT };
    onlyOn(caller).setHeartbeat(params.integer('interval', bounds));
    return 'ok';
  },
};

const noHeartbeat: Method = {
  isWebsocketOnly: true,
  run(_services, _params, caller) {
    onlyOn(caller).setHeartbeat(0);
    return 'ok';
  },
};

const subscribe = (isPrivate: boolean): Method => ({
  isWebsocketOnly: true,
  differs: `at most ${MAX_CHANNELS} channels a connection`,
  run: ({ hub }, params, caller) =>
    hub.subscribe(onlyOn(caller), params.texts('channels', MAX_CHANNELS), isPrivate),
});

const unsubscribe: Method = {
  isWebsocketOnly: true,
  run: ({ hub }, params, caller) =>
    hub.unsubscribe(onlyOn(caller), params.texts('channels', MAX_CHANNELS)),
};

const unsubscribeAll: Method = {
  isWebsocketOnly: true,
  run({ hub }, _params, caller) {
    const connection = onlyOn(caller);
    hub.unsubscribe(connection, [...connection.channels.keys()]);
    return 'ok';
  },
};

const logout: Method = {
  isWebsocketOnly: true,
  run({ access }, params, caller) {
    const connection = onlyOn(caller);
    if (params.flag('invalidate_token', true)) access.forget(connection.token ?? '');
    connection.revoke();
    connection.close(1000, 'logged out');
    return 'ok';
  },
};

export const sessionMethods: Methods = {
  'public/auth': auth,
  'public/hello': {
    run(_services, params) {
      params.text('client_name', 128);
      return { version: VERSION };
    },
  },
  'public/test': {
    run(_services, params) {
      if (params.textOr('expected_result', '') === 'exception') {
        throw badParam('expected_result', 'an exception was asked for');
      }
      return { version: VERSION };
    },
  },
  'public/get_time': {
    differs: "the machine's time, as clients compare it with their own",
    run: () => Date.now(),
  },
  'public/status': {
    differs: 'locked is "true" while the chain is not followed',
    run: ({ market, isTestnet }) => {
      const isLost = !market.isFollowing();
      const indices = isLost ? market.underlyings.map((name) => `${name}_usdc`.toLowerCase()) : [];
      const locked = isLost ? 'true' : 'false';
      return { locked, locked_indices: indices, ...(isTestnet ? { testnet: true } : {}) };
    },
  },
  'public/set_heartbeat': heartbeat,
  'public/disable_heartbeat': noHeartbeat,
  'public/subscribe': subscribe(false),
  'private/subscribe': subscribe(true),
  'public/unsubscribe': unsubscribe,
  'private/unsubscribe': unsubscribe,
  'public/unsubscribe_all': unsubscribeAll,
  'private/unsubscribe_all': unsubscribeAll,
  'private/logout': logout,
};
