import { readFileSync } from 'node:fs';
import * as clob from '../../../proto/gen/tenor.clob.v1.ts';
import { formatPrice, formatQuantity, humanise } from '../../amounts.ts';
import { adviceFor } from '../../chain/advice.ts';
import { responseOf, type Outcome } from '../../../client/outcome.ts';
import { msgOf } from '../../../client/signTx.ts';
import { usageError } from '../../errors.ts';
import type { Session, TxFlags } from '../../session.ts';
import { coverRemark } from '../margin/covered.ts';
import { outcomeJson, showSent, type Remark } from '../showSent.ts';
import { txOptions, type Verb } from '../verb.ts';
import { readBatch } from './readBatch.ts';
import { describeTrigger } from './stop.ts';

function readFile(path: string): string {
  try {
    return readFileSync(path === '-' ? 0 : path, 'utf8');
  } catch (error) {
    throw usageError(`Cannot read ${path}: ${(error as Error).message}`);
  }
}

/** `buy 0.5 BTC-27DEC26-100000-C at 1,250.00`. */
function describeAction(action: clob.BatchAction): string {
  const { place, cancel, cancelAll, replace, placeTrigger, cancelTrigger } = action;
  if (placeTrigger !== undefined) return placeTrigger.legs.map(describeTrigger).join('; or ');
  if (cancelTrigger !== undefined) return `cancel trigger ${cancelTrigger.triggerId}`;
  const name = (order: { orderId: bigint; clientOrderId: string }) =>
    order.clientOrderId || order.orderId.toString();
  if (place !== undefined) {
    const side = place.side === clob.Side.SIDE_BUY ? 'buy' : 'sell';
    const size = formatQuantity(place.quantity);
    return `${side} ${size} ${place.series} at ${formatPrice(place.priceUusd)}`;
  }
  if (replace !== undefined) {
    const { quantity, priceUusd } = replace;
    const size = quantity === 0n ? '' : ` by ${formatQuantity(quantity)}`;
    const price = priceUusd === 0n ? '' : ` at ${formatPrice(priceUusd)}`;
    return `replace ${name(replace)}${size}${price}`;
  }
  if (cancel !== undefined) return `cancel ${name(cancel)}`;
  return `cancel all ${cancelAll?.series ?? ''}${cancelAll?.underlying ?? ''}`.trim();
}

function describeAnswer(result: clob.BatchResult): string {
  const { place, cancel, cancelAll, replace, placeTrigger, cancelTrigger } = result;
  if (placeTrigger !== undefined) return `trigger ${placeTrigger.triggerIds.join(' or ')}`;
  if (cancelTrigger !== undefined) return 'cancelled';
  const done = place ?? replace;
  if (done !== undefined) {
    const { orderId, filled, resting } = done;
    const kept = replace?.keptPriority === true ? ', in its place' : '';
    const filledText = `filled ${formatQuantity(filled)}`;
    return `order ${orderId}: ${filledText}, resting ${formatQuantity(resting)}${kept}`;
  }
  if (cancel !== undefined) return `cancelled ${formatQuantity(cancel.cancelled)}`;
  return `cancelled ${cancelAll?.cancelled ?? 0} orders`;
}

/** The sentences of refused actions, as the log has them: `0.17 clob/3 and a sentence`. */
export function refusalsOf(log: string): Map<number, string> {
  const lines = log.split('\n').map((line) => /^\d+\.(\d+) \S+ (.+)$/.exec(line));
  return new Map(lines.flatMap((m) => (m === null ? [] : [[Number(m[1]), m[2]!] as const])));
}

/** A row for each action: what it was and what became of it. */
export function batchRows(
  actions: readonly clob.BatchAction[],
  { results }: clob.MsgBatchResponse,
  log: string,
): string[][] {
  const sentences = refusalsOf(log);
  return actions.map((action, i) => {
    const result = results[i]!;
    if (result.code === 0) return [String(i), describeAction(action), describeAnswer(result)];
    const code = `[${result.codespace}/${result.code}]`;
    const sentence = humanise(
      sentences.get(i) ?? adviceFor(result.codespace, result.code) ?? 'refused',
    );
    return [String(i), describeAction(action), `${code} ${sentence}`];
  });
}

function show(
  { out }: Session,
  actions: readonly clob.BatchAction[],
  outcome: Outcome,
  { text, ...fields }: Remark,
): void {
  const answer = responseOf(outcome, clob.MsgBatchResponse)!;
  const said = text === undefined ? [] : [out.color.green(text)];
  out.show({ ...outcomeJson(outcome), ...fields }, () => {
    const columns = [{ title: '#', align: 'right' as const }, { title: 'ACTION' }];
    const rows = batchRows(actions, answer, outcome.log);
    const place = `height ${outcome.height}, transaction ${outcome.hash}`;
    return [
      out.table([...columns, { title: 'RESULT' }], rows),
      ...said,
      out.color.dim(place),
    ].flat();
  });
}

export const batch: Verb<TxFlags> = {
  usage: 'batch <file>',
  description: 'do up to 100 things at once, each with its own result; - reads standard input',
  examples: ['order batch FILE.json --from alice'],
  options: (command) =>
    txOptions(command).addHelpText(
      'after',
      `
The file is a JSON list:
  [{"action": "cancel", "id": 17},
   {"action": "replace", "clientId": "mine", "price": 1240, "size": 0.3},
   {"action": "place", "series": "BTC-27DEC26-100000-C", "side": "buy", "size": 0.5,
    "price": 1250, "postOnly": true, "clientId": "next"},
   {"action": "cancelAll", "underlying": "ETH"}]
Further keys of place: ioc, fok, slide, reduceOnly, stp.`,
    ),
  async run(session, [file], flags) {
    const { address } = session.keys.find(session.keys.from());
    const actions = readBatch(readFile(file!));
    const { subaccount } = session.settings;
    await session.confirm(`Send ${actions.length} actions?`);
    const signer = await session.keys.signer();
    const msg = msgOf(clob.MsgBatch, { sender: address, subaccount, actions }, true);
    const remark = await coverRemark(session, address);
    const sent = await session.send(signer, [msg], flags);
    if (sent.outcome === null) showSent(session, sent, 'done', remark);
    else show(session, actions, sent.outcome, remark);
  },
};
