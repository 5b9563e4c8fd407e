import { beforeEach, describe, expect, test } from '@jest/globals';
import { MsgSend } from '../../proto/gen/cosmos.bank.v1beta1.ts';
import * as clob from '../../proto/gen/tenor.clob.v1.ts';
import { codeOf, Execution, sendMsg } from '../../test/harness/execution.ts';
import { anyOf } from '../../test/harness/keys.ts';
import type { AnyMsg, TxOptions } from '../../test/harness/keys.ts';
import { depositMsg, withdrawMsg } from '../../test/harness/trading.ts';
import { mintCoins } from '../modules/bank/index.ts';
import {
  accountsParams,
  addToOwner,
  countOpenOrders,
  subaccountOf,
  takeAllowance,
} from '../modules/accounts/index.ts';

let chain: Execution;
/** A transfer passes and an order for nothing fails; both are exempt here. */
beforeEach(() => {
  chain = new Execution();
  mintCoins(chain.ctx, chain.alice.address, 'uusd', 10_000_000_000n);
  const typed = chain.router.get(MsgSend.typeUrl)!;
  chain.router.set(MsgSend.typeUrl, { ...typed, feeExempt: true });
});

const free: Partial<TxOptions> = { fee: [], gasLimit: 0n };
const passes = () => sendMsg(chain.alice, chain.bob);
const fails = () => sendMsg(chain.alice, chain.bob, 10n ** 30n);
const sends = (msgs: AnyMsg | AnyMsg[], options = free) =>
  chain.sign(chain.alice, [msgs].flat(), options);
const run = (msgs: AnyMsg | AnyMsg[], options = free) => codeOf(chain.run(sends(msgs, options)));

function cancel(): AnyMsg {
  const msg = { sender: chain.alice.address, subaccount: 0, orderId: 9n, clientOrderId: '' };
  return anyOf(clob.MsgCancelOrder, msg);
}

/** 100 USD: 30 actions a minute and 10 at once, 120 cancels and 40, of which failures cost 5. */
function hold(usd: number): void {
  expect(run(depositMsg(chain.alice, usd), {})).toBe('/0');
}

/** As hold, with what a first deposit brings used up, so that what time brings can be told. */
function holdAndUse(usd: number): void {
  hold(usd);
  takeAllowance(chain.ctx, chain.alice.address, { actions: 10, cancels: 40 });
}

describe('a message that is exempt from fees', () => {
  test('of an address below the first step pays gas, and the refusal says what to do', () => {
    hold(99);
    expect(chain.refusal(sends(passes()))).toBe('runtime/9');
    expect(chain.run(sends(passes())).log).toBe(
      'messages of this account pay gas: hold 100.00 USD in subaccounts, or send it with a fee',
    );
    const before = chain.balance(chain.alice);
    expect(run(passes(), {})).toBe('/0');
    expect(chain.balance(chain.alice)).toBe(before - 1_005n);
    expect(run(fails(), {})).toBe('sdk/5');
    expect(chain.balance(chain.alice)).toBe(before - 2_005n);
  });

  test('of an address without any account is refused alike', () => {
    expect(chain.refusal(chain.sign(chain.bob, [cancel()], free))).toBe('sdk/8');
  });

  test('can be sent at once after a first deposit, as often as the first step saves up', () => {
    expect(run(depositMsg(chain.alice, 5_000), {})).toBe('/0');
    expect(run(Array.from({ length: 10 }, passes))).toBe('/0');
    expect(run(passes())).toBe('runtime/2');
    // Once an address: money that comes again brings nothing but what time does.
    expect(run(withdrawMsg(chain.alice, 5_000), {})).toBe('/0');
    expect(run(depositMsg(chain.alice, 5_000), {})).toBe('/0');
    expect(run(passes())).toBe('runtime/2');
  });

  test('draws on an allowance that grows with time from the deposit on', () => {
    holdAndUse(100);
    expect(chain.refusal(sends(passes()))).toBe('runtime/2');
    chain.wait(1_999);
    expect(chain.refusal(sends(passes()))).toBe('runtime/2');
    chain.wait(1);
    expect(run(passes())).toBe('/0');
    chain.wait(1_000_000);
    for (let i = 0; i < 10; i++) expect(run(passes())).toBe('/0');
    expect(chain.refusal(sends(passes()))).toBe('runtime/2');
  });

  test('grows with what is held, and the time before a deposit counts as it was', () => {
    holdAndUse(100);
    chain.wait(60_000);
    hold(900);
    for (let i = 0; i < 10; i++) expect(run(passes())).toBe('/0');
    expect(chain.refusal(sends(passes()))).toBe('runtime/2');
    chain.wait(200);
    expect(run(passes())).toBe('/0');
  });

  test('has no more than the lower step allows once the cash is gone', () => {
    holdAndUse(500);
    chain.wait(60_000);
    expect(run(withdrawMsg(chain.alice, 450), {})).toBe('/0');
    expect(chain.refusal(sends(passes()))).toBe('runtime/9');
    hold(60);
    expect(chain.refusal(sends(passes()))).toBe('runtime/2');
  });

  test('costs five when it fails, and what is missing then is a debt', () => {
    holdAndUse(100);
    chain.wait(60_000);
    expect(run(fails())).toBe('sdk/5');
    for (let i = 0; i < 5; i++) expect(run(passes())).toBe('/0');
    expect(chain.refusal(sends(passes()))).toBe('runtime/2');
    chain.wait(2_000);
    expect(run(fails())).toBe('sdk/5');
    // Four tokens of debt and one to send: at one in two seconds.
    chain.wait(9_999);
    expect(chain.refusal(sends(passes()))).toBe('runtime/2');
    chain.wait(1);
    expect(run(passes())).toBe('/0');
  });

  test('takes a fee that is offered only where the allowance does not reach', () => {
    holdAndUse(100);
    chain.wait(60_000);
    const before = chain.balance(chain.alice);
    for (let i = 0; i < 10; i++) expect(run(passes(), {})).toBe('/0');
    expect(chain.balance(chain.alice)).toBe(before - 50n);
    expect(run(passes(), {})).toBe('/0');
    expect(chain.balance(chain.alice)).toBe(before - 1_055n);
  });

  test('draws once for each message, and for none when one too many', () => {
    holdAndUse(100);
    chain.wait(60_000);
    expect(chain.refusal(sends(Array.from({ length: 11 }, passes)))).toBe('runtime/2');
    expect(run(Array.from({ length: 10 }, passes))).toBe('/0');
  });

  test('next to one that is not exempt pays a fee', () => {
    const msgs = [depositMsg(chain.alice, 1), passes()];
    expect(chain.refusal(chain.sign(chain.alice, msgs, { fee: [] }))).toBe('sdk/13');
    expect(chain.run(chain.sign(chain.alice, msgs))).toMatchObject({ code: 0 });
  });

  test('is simulated whether it would be free or not', () => {
    expect(codeOf(chain.run(sends(passes()), 'simulate'))).toBe('/0');
  });

  test('is admitted by CheckTx as a block would, and draws there too', () => {
    holdAndUse(100);
    chain.wait(60_000);
    for (let i = 0; i < 10; i++) expect(codeOf(chain.run(sends(passes()), 'check'))).toBe('/0');
    expect(codeOf(chain.run(sends(passes()), 'check'))).toBe('runtime/2');
  });
});

describe('cancels', () => {
  test('have an allowance of their own, which no order uses up', () => {
    holdAndUse(100);
    chain.wait(60_000);
    for (let i = 0; i < 10; i++) run(passes());
    expect(chain.refusal(sends(passes()))).toBe('runtime/2');
    expect(run(cancel())).toBe('clob/11');
  });

  test('that fail cost five as well, from an allowance four times as large', () => {
    holdAndUse(100);
    chain.wait(60_000);
    for (let i = 0; i < 8; i++) expect(run(cancel())).toBe('clob/11');
    expect(chain.refusal(sends(cancel()))).toBe('runtime/2');
    // Five tokens of a debt of nothing, two a second.
    chain.wait(500);
    expect(run(cancel())).toBe('clob/11');
    expect(run(passes())).toBe('/0');
  });

  test('are free without any equity as long as orders rest, and pay gas otherwise', () => {
    hold(1);
    expect(chain.refusal(sends(cancel()))).toBe('runtime/9');
    const { id } = subaccountOf(chain.view, chain.alice.address, 0)!;
    countOpenOrders(chain.ctx, id, 1);
    expect(run(cancel())).toBe('clob/11');
    expect(run(cancel())).toBe('clob/11');
    expect(chain.refusal(sends(cancel()))).toBe('runtime/2');
    countOpenOrders(chain.ctx, id, -1);
    expect(chain.refusal(sends(cancel()))).toBe('runtime/9');
    expect(run(cancel(), {})).toBe('clob/11');
  });
});

describe('a thousand addresses without equity', () => {
  test('send nothing for free, whatever they send', () => {
    const { limits } = accountsParams.get(chain.view);
    expect(limits[0]).toMatchObject({ minEquityUusd: 0n, actionsPerMinute: 0, actionBurst: 0 });
    hold(1);
    for (const msg of [passes(), fails(), cancel()]) {
      expect(chain.refusal(sends(msg))).toBe('runtime/9');
    }
    addToOwner(chain.ctx, chain.alice.address, { cashUusd: -2_000_000n, openOrders: 0 });
    expect(chain.refusal(sends(passes()))).toBe('runtime/9');
  });
});
