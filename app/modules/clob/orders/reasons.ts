/** Why an order left the book without a trade. Clients read these names: they do not change. */
export type CancelReason =
  | 'requested'
  | 'expired'
  | 'self_trade'
  | 'ioc_remainder'
  | 'match_limit'
  | 'margin'
  | 'position_cap'
  | 'price_band'
  | 'reduce_only'
  | 'no_mark'
  | 'liquidation'
  | 'book_full'
  | 'replaced'
  | 'timed_out'
  | 'dead_man_switch';

/** How an order ended. */
export type EndReason = CancelReason | 'filled' | 'refused';
