import type { Codec } from '../../proto/codec.ts';
import type { Json } from '../../proto/json.ts';
import { MsgSendResponse } from '../../proto/gen/cosmos.bank.v1beta1.ts';
import { MsgDepositResponse, MsgWithdrawResponse } from '../../proto/gen/tenor.accounts.v1.ts';
import { MsgSetMarginModeResponse } from '../../proto/gen/tenor.margin.v1.ts';
import * as clob from '../../proto/gen/tenor.clob.v1.ts';
import { describeOutcome } from '../chain/describeOutcome.ts';
import type { Outcome } from '../../client/outcome.ts';
import type { Sent } from '../../client/sender.ts';
import { messageJson } from '../output/json.ts';
import type { Session } from '../session.ts';

const responseCodecs: readonly Codec<never>[] = [
  MsgSendResponse,
  MsgDepositResponse,
  MsgWithdrawResponse,
  MsgSetMarginModeResponse,
  clob.MsgPlaceOrderResponse,
  clob.MsgCancelOrderResponse,
  clob.MsgCancelAllResponse,
  clob.MsgReplaceOrderResponse,
  clob.MsgBatchResponse,
  ...[clob.MsgSetQuoteGroupResponse, clob.MsgMassQuoteResponse, clob.MsgCancelQuotesResponse],
  ...[clob.MsgFreezeQuoteGroupResponse, clob.MsgDeadManSwitchResponse],
  clob.MsgPlaceTriggerResponse,
  clob.MsgCancelTriggerResponse,
] as unknown as Codec<never>[];

/** An outcome for programs. */
export function outcomeJson(outcome: Outcome): Record<string, Json> {
  const { hash, height, code, codespace, log, gasUsed, gasWanted, events, responses } = outcome;
  return {
    ...{ hash, height, code, codespace, log },
    ...{ gasUsed: gasUsed.toString(), gasWanted: gasWanted.toString() },
    responses: responses.map(({ typeUrl, value }) => {
      const codec = responseCodecs.find((c) => c.typeUrl === typeUrl);
      return { typeUrl, ...(codec === undefined ? {} : messageJson(codec, codec.decode(value))) };
    }),
    events: events.map(({ type, attributes }) => ({ type, attributes: { ...attributes } })),
  };
}

/** Said beside an outcome, to people as `text`, to programs as the other fields. */
export interface Remark {
  readonly text: string | undefined;
  readonly [field: string]: Json | undefined;
}

/** Shows what a transaction did, or that it is on its way. */
export function showSent(
  { out }: Session,
  { hash, outcome }: Sent,
  fallback: string,
  { text: remark, ...fields }: Remark = { text: undefined },
): void {
  const said = remark === undefined ? [] : [out.color.green(remark)];
  if (outcome === null) {
    const json = { hash, height: null, ...fields };
    out.show(json, () => [`Sent. See what became of it: tenor tx show ${hash}`, ...said]);
    return;
  }
  out.show({ ...outcomeJson(outcome), ...fields }, () => {
    const sentences = describeOutcome(outcome);
    const text = (sentences.length > 0 ? sentences : [fallback]).map(capital);
    return [text, ...said, out.color.dim(`height ${outcome.height}, transaction ${hash}`)];
  });
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
