import { GasMeter, OutOfGas } from '../lib/gas.ts';
import type { Ctx } from './context.ts';
import { Reject, sdk } from './errors.ts';
import type { Action } from './module.ts';

/** What became of an action: its answer, encoded, or why it was refused. */
export type ActionResult = Uint8Array | Reject;

/**
 * Runs the actions of a message in order, each with a result of its own: one that is refused leaves
 * nothing behind and does not stop the others. Each has the gas that it usually takes, and what the
 * transaction has beyond what the later ones usually take, so that none eats up the others' gas.
 * Failed assertions and errors of the host are thrown on: they undo the whole transaction.
 */
export function runActions(ctx: Ctx, actions: readonly Action[]): ActionResult[] {
  let laterGas = actions.reduce((sum, { handler }) => sum + handler.gas, 0);
  return actions.map((action, index) => {
    const { gas } = action.handler;
    laterGas -= gas;
    const limit = Math.max(ctx.gas.left - laterGas, Math.min(gas, ctx.gas.left));
    const firstEvent = ctx.events.length;
    const result = runAlone(ctx, action, limit);
    if (result instanceof Reject) refuse(ctx, action, index, result);
    const attribute = { key: 'action_index', value: String(index), index: false };
    for (let e = firstEvent; e < ctx.events.length; e++) ctx.events[e]!.attributes.push(attribute);
    return result;
  });
}

/**
 * Runs one action with gas of its own: a refusal leaves nothing behind. What it used is taken from
 * the context's gas.
 */
export function runAlone(ctx: Ctx, { handler, msg }: Action, gasLimit: number): ActionResult {
  const firstEvent = ctx.events.length;
  const mark = ctx.state.mark();
  const own = ctx.metered(new GasMeter(gasLimit));
  try {
    handler.validate(msg);
    return handler.execute(own, msg);
  } catch (error) {
    const refused = error instanceof OutOfGas ? sdk.outOfGas(error.message) : error;
    if (!(refused instanceof Reject)) throw error;
    ctx.state.rollback(mark);
    ctx.events.length = firstEvent;
    return refused;
  } finally {
    ctx.gas.consume(Math.min(own.gas.used, gasLimit));
  }
}

function refuse(ctx: Ctx, { handler, msg }: Action, index: number, error: Reject): void {
  const { codespace, code } = error;
  const sender = handler.signer(msg);
  ctx.refusals.push({ index, sender, isCancel: handler.isCancel, error });
  ctx.emit('action_refused', { sender, codespace, code: String(code) });
}
