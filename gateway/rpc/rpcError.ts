/**
 * Errors of the protocol by our name: code and message as Deribit has them (docs.deribit.com,
 * "Error codes"), and those of JSON-RPC 2.0 below zero. Codes are never reused.
 */
export const RPC_ERRORS = {
  parse: [-32700, 'Parse error'],
  invalidRequest: [-32600, 'Invalid Request'],
  unknownMethod: [-32601, 'Method not found'],
  invalidParams: [-32602, 'Invalid params'],
  authorizationRequired: [10000, 'authorization_required'],
  error: [10001, 'error'],
  qtyTooLow: [10002, 'qty_too_low'],
  orderOverlap: [10003, 'order_overlap'],
  orderNotFound: [10004, 'order_not_found'],
  notEnoughFunds: [10009, 'not_enough_funds'],
  alreadyClosed: [10010, 'already_closed'],
  priceNotAllowed: [10011, 'price_not_allowed'],
  bookClosed: [10012, 'book_closed'],
  maxTotalOpenOrders: [10013, 'pme_max_total_open_orders'],
  maxOpenOrders: [10015, 'pme_max_option_open_orders'],
  lockedByAdmin: [10019, 'locked_by_admin'],
  badInstrument: [10020, 'invalid_or_unsupported_instrument'],
  invalidAmount: [10021, 'invalid_amount'],
  invalidPrice: [10023, 'invalid_price'],
  invalidOrderId: [10025, 'invalid_order_id'],
  tooManyRequests: [10028, 'too_many_requests'],
  mustBeWebsocket: [10030, 'must_be_websocket_request'],
  notImplemented: [10033, 'not_implemented'],
  retry: [10040, 'retry'],
  settling: [10041, 'settlement_in_progress'],
  priceWrongTick: [10043, 'price_wrong_tick'],
  queueFull: [10047, 'matching_engine_queue_full'],
  tooManyConcurrent: [10066, 'too_many_concurrent_requests'],
  alreadyFilled: [11008, 'already_filled'],
  invalidArguments: [11029, 'invalid_arguments'],
  otherReject: [11030, 'other_reject'],
  badArgument: [11043, 'bad_argument'],
  argCombination: [11047, 'unsupported_arg_combination'],
  badArguments: [11049, 'bad_arguments'],
  badRequest: [11050, 'bad_request'],
  systemMaintenance: [11051, 'system_maintenance'],
  postOnlyReject: [11054, 'post_only_reject'],
  internal: [11094, 'internal_server_error'],
  invalidCredentials: [13004, 'invalid_credentials'],
  unauthorized: [13009, 'unauthorized'],
  notFound: [13020, 'not_found'],
  forbidden: [13021, 'forbidden'],
  unavailable: [13028, 'temporarily_unavailable'],
  mmpTrigger: [13030, 'mmp_trigger'],
  nonUniqueLabel: [13032, 'non_unique_order_label'],
} as const satisfies Readonly<Record<string, readonly [number, string]>>;

export type RpcErrorName = keyof typeof RPC_ERRORS;

/** An answer that says why not. `data` is for programs: a reason, a parameter, the chain's code. */
export class RpcError extends Error {
  override readonly name = 'RpcError';
  readonly code: number;
  readonly data: Readonly<Record<string, unknown>>;

  constructor(name: RpcErrorName, data: Readonly<Record<string, unknown>> = {}) {
    const [code, message] = RPC_ERRORS[name];
    super(message);
    this.code = code;
    this.data = data;
  }
}

/** A parameter that is missing or cannot be. */
export const badParam = (param: string, reason: string): RpcError =>
  new RpcError('invalidParams', { param, reason });
