import { CodecError } from '../proto/codec.ts';
import type { Codec } from '../proto/codec.ts';
import { nameAbsent } from '../proto/json.ts';
import { BadRequest } from './params.ts';

/** What a query gets: bytes at a height, or a refusal with its code. */
export interface Answer {
  readonly code: number;
  readonly codespace: string;
  readonly log: string;
  readonly value: Uint8Array;
  readonly height: number;
}

/** The read side's only way to the state: a query path, its request and a height (0: the last). */
export type QueryPort = (path: string, data: Uint8Array, height: number) => Answer;

/** A refusal by the application. */
export class QueryRefused extends Error {
  override readonly name = 'QueryRefused';
  readonly answer: Answer;

  constructor(answer: Answer) {
    super(answer.log);
    this.answer = answer;
  }
}

/** Codes of the Cosmos SDK for a key or thing that is not there. */
const SDK_MISSING = [22, 38];
const MISSING = /not ?found|no series|no underlying|no subaccount|no expiry|no feed|not kept/i;

/** Whether a refusal says that the thing asked for is not there. */
export function isMissing({ codespace, code, log }: Answer): boolean {
  return MISSING.test(log) || (codespace === 'sdk' && SDK_MISSING.includes(code));
}

/** The answer to a query. @throws QueryRefused */
export function askQuery(query: QueryPort, path: string, data: Uint8Array, height: number): Answer {
  const answer = query(path, data, height);
  if (answer.code !== 0) throw new QueryRefused(answer);
  return answer;
}

/** Asks at one height, typed. */
export class Reader {
  readonly #query: QueryPort;
  /** The height of the last answer; the first one fixes it for the rest of the request. */
  height: number;

  constructor(query: QueryPort, height: number) {
    this.#query = query;
    this.height = height;
  }

  /** Every field of the answer has a key. @throws QueryRefused, BadRequest: no encoding */
  ask<Q, R>(path: string, request: Codec<Q>, response: Codec<R>, message: Q): R {
    const answer = askQuery(this.#query, path, encoded(request, message), this.height);
    this.height = answer.height;
    return nameAbsent(response, response.decode(answer.value));
  }
}

function encoded<Q>(codec: Codec<Q>, message: Q): Uint8Array {
  try {
    return codec.encode(message);
  } catch (error) {
    if (error instanceof CodecError) throw new BadRequest(error.message);
    throw error;
  }
}
