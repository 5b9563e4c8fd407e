import type { comet38 } from '@cosmjs/tendermint-rpc';
import type { Codec } from '../proto/codec.ts';
import { TxMsgData } from '../proto/gen/cosmos.base.abci.v1beta1.ts';
import { hexOf } from './hex.ts';

/** An event with its attributes by key; of a key given twice the last one. */
export interface TxEvent {
  readonly type: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** What became of a transaction in its block. */
export interface Outcome {
  readonly hash: string;
  readonly height: number;
  readonly code: number;
  readonly codespace: string;
  readonly log: string;
  readonly gasUsed: bigint;
  readonly gasWanted: bigint;
  readonly events: readonly TxEvent[];
  /** What each message answered: its type and bytes. */
  readonly responses: readonly { readonly typeUrl: string; readonly value: Uint8Array }[];
}

export const eventOf = ({ type, attributes }: comet38.Event): TxEvent => ({
  type,
  attributes: Object.fromEntries(attributes.map(({ key, value }) => [key, value])),
});

export function outcomeOf({ hash, height, result }: comet38.TxResponse): Outcome {
  const { code, codespace = '', log = '', data, gasUsed, gasWanted } = result;
  const responses = data === undefined ? [] : TxMsgData.decode(data).msgResponses;
  return {
    ...{ hash: hexOf(hash), height, code, codespace, log, gasUsed, gasWanted },
    ...{ events: result.events.map(eventOf), responses },
  };
}

/** The answer to the first message whose answer has this type. */
export function responseOf<T>({ responses }: Outcome, codec: Codec<T>): T | null {
  const found = responses.find(({ typeUrl }) => typeUrl === codec.typeUrl);
  return found === undefined ? null : codec.decode(found.value);
}
