import type { Method, Methods } from '../rpc/method.ts';
import { RpcError } from '../rpc/rpcError.ts';

/** What moves coins: no session key may sign it, and the gateway does not ask one to. */
const MOVES_COINS = [
  ...['withdraw', 'cancel_withdrawal', 'create_deposit_address', 'get_current_deposit_address'],
  ...['submit_transfer_to_subaccount', 'submit_transfer_to_user', 'cancel_transfer_by_id'],
  ...['submit_transfer_between_subaccounts', 'add_to_address_book', 'update_in_address_book'],
  ...['remove_from_address_book', 'move_positions'],
] as const;

const refused: Method = {
  differs: 'always refused: coins move by the owner’s own key (tenor account, tenor bank)',
  isRefused: true,
  run() {
    const reason = 'this gateway moves no coins: use the owner’s own key (tenor account withdraw)';
    throw new RpcError('forbidden', { reason });
  },
};

const nothing: Method = {
  differs: 'always empty: deposits and withdrawals are made with the owner’s own key',
  run: () => ({ count: 0, data: [] }),
};

export const refusedMethods: Methods = {
  ...Object.fromEntries(MOVES_COINS.map((name) => [`private/${name}`, refused])),
  'private/get_deposits': nothing,
  'private/get_withdrawals': nothing,
  'private/get_transfers': nothing,
};
