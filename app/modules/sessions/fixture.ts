import { MessageClass } from '../../../proto/gen/tenor.sessions.v1.ts';
import type { MsgGrantSession } from '../../../proto/gen/tenor.sessions.v1.ts';
import { encodeAddress } from '../../lib/address.ts';
import { Ctx } from '../../runtime/context.ts';
import type { BlockHeader } from '../../runtime/context.ts';
import { State } from '../../store/state.ts';
import { grantSession } from './msgs/grantSession.ts';

export const START_S = 1_795_000_000;
export const DAY_S = 86_400;
export const address = (n: number): string => encodeAddress(new Uint8Array(20).fill(n));
export const [OWNER, KEY, OTHER] = [1, 2, 3].map(address) as [string, string, string];

/** For tests: sessions on a state of their own, at a time that the test sets. */
export class Sessions {
  readonly state = new State();
  timeMs = START_S * 1_000;

  ctx(): Ctx {
    const proposer = new Uint8Array(20);
    const header: BlockHeader = { chainId: 'test', height: 9, timeMs: this.timeMs, proposer };
    return new Ctx(this.state, header);
  }

  grant(changed: Partial<MsgGrantSession> = {}): void {
    const msg = grantOf(changed);
    grantSession.validate(msg);
    grantSession.execute(this.ctx(), msg);
  }
}

/** Orders of two subaccounts and two underlyings for a hundred seconds. */
export function grantOf(changed: Partial<MsgGrantSession> = {}): MsgGrantSession {
  return {
    ...{ sender: OWNER, key: KEY, subaccounts: [0, 3], underlyings: ['BTC', 'ETH'] },
    ...{ messages: [MessageClass.MESSAGE_CLASS_ORDER], expiresSeconds: BigInt(START_S + 100) },
    ...{ priceBandPpm: 0, dailyQuantity: 0n },
    ...changed,
  };
}
