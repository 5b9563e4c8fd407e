import { assert } from '../../../../lib/assert.ts';
import {
  CANCEL_IOC_REMAINDER,
  CANCEL_MATCH_LIMIT,
  CANCEL_SELF_TRADE,
  REJECT_FOK_UNFILLABLE,
  REJECT_FOK_VETOED,
  REJECT_POST_ONLY,
} from '../../core/index.ts';
import { clobErrors } from '../../errors.ts';
import type { CancelReason } from '../reasons.ts';

/** Why the book itself cancels what is left of an order. */
export const REASONS: Readonly<Record<number, CancelReason>> = {
  [CANCEL_SELF_TRADE]: 'self_trade',
  [CANCEL_IOC_REMAINDER]: 'ioc_remainder',
  [CANCEL_MATCH_LIMIT]: 'match_limit',
};

/** What to tell of an order that its book rejected. */
export function rejection(code: number): Error {
  switch (code) {
    case REJECT_POST_ONLY:
      return clobErrors.postOnly('a post-only order would trade at once: change its price');
    case REJECT_FOK_UNFILLABLE:
    case REJECT_FOK_VETOED:
      return clobErrors.fillOrKill('it cannot be filled in full: use a smaller size or IOC');
  }
  assert(false, `the book rejected a checked order with code ${code}`);
}
