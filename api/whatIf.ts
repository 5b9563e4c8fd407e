import * as margin from '../proto/gen/tenor.margin.v1.ts';
import { fromJson } from '../proto/json.ts';
import { BadRequest, count, text } from './params.ts';
import type { Params } from './params.ts';
import type { Reader } from './port.ts';
import type { PostRoute, Route } from './route.ts';

/** A hundred trades and twenty shocks fit. */
export const WHAT_IF_BODY_BYTES = 16_384;

type Asked = Pick<margin.QueryWhatIfRequest, 'trades' | 'shocks' | 'cashUusd'>;

/** An empty request: what is left out of a body is none. */
const NOTHING = { trades: [], shocks: [], cashUusd: '0' };

/** `{trades: [{series, quantity, priceUusd?}], shocks: [{underlying?, indexPpm?, volPpm?}]}` */
export const postWhatIf: PostRoute = (reader, params, body) => {
  if (body !== null && (typeof body !== 'object' || Array.isArray(body))) {
    throw new BadRequest('the body is an object: {"trades": […], "shocks": […]}');
  }
  const given: Record<string, unknown> = { ...NOTHING, ...body };
  // Whose account it is the path says.
  const stranger = Object.keys(given).find((key) => !(key in NOTHING));
  if (stranger !== undefined) throw new BadRequest(`body.${stranger}: unknown field`);
  const { shocks } = given;
  const whole = {
    ...{ ...given, owner: '', number: 0 },
    shocks: Array.isArray(shocks) ? shocks.map(completed) : shocks,
  };
  return answer(reader, params, read(whole));
};

/** A market that stays as it is, but for what is given. */
function completed(shock: unknown): unknown {
  const still = { underlying: '', indexPpm: 0, volPpm: 0 };
  return typeof shock === 'object' && shock !== null ? { ...still, ...shock } : shock;
}

function read(json: unknown): Asked {
  try {
    return fromJson(margin.QueryWhatIfRequest, json);
  } catch (error) {
    const reason = (error as Error).message.replace('tenor.margin.v1.QueryWhatIfRequest', 'body');
    throw new BadRequest(reason);
  }
}

/**
 * `?trade=SERIES:-10000@1200000000` (1e-4 contracts, negative sells; uusd a contract, the mark
 * without), `?index=-200000` or `?vol=BTC:500000` (millionths), `?cash=uusd`; the first three as
 * often as one likes.
 */
export const getWhatIf: Route = (reader, params) => {
  const shockOf = (name: 'indexPpm' | 'volPpm') => (one: string) => ({
    ...{ indexPpm: 0, volPpm: 0 },
    ...readShock(one, name),
  });
  const shocks = [
    ...listOf(params, 'index').map(shockOf('indexPpm')),
    ...listOf(params, 'vol').map(shockOf('volPpm')),
  ];
  const cash = text(params, 'cash', '0');
  if (!/^-?\d{1,19}$/.test(cash)) throw new BadRequest('cash must be whole uusd');
  const trades = listOf(params, 'trade').map(readTrade);
  return answer(reader, params, { trades, shocks, cashUusd: BigInt(cash) });
};

function listOf(params: Params, name: string): string[] {
  const value = params[name] ?? [];
  return (Array.isArray(value) ? value : [value]).map(String);
}

function readTrade(one: string): margin.HypotheticalTrade {
  const match = /^([^:@]{1,64}):(-?\d{1,18})(?:@(\d{1,18}))?$/.exec(one);
  if (match === null) {
    throw new BadRequest('trade must be like BTC-27DEC26-100000-C:-10000@1200000000');
  }
  const [, series, quantity, price] = match;
  const priceUusd = price === undefined ? undefined : BigInt(price);
  return { series: series!.toUpperCase(), quantity: BigInt(quantity!), priceUusd };
}

function readShock(one: string, name: 'indexPpm' | 'volPpm') {
  const match = /^(?:([A-Za-z0-9]{1,16}):)?(-?\d{1,8})$/.exec(one);
  if (match === null) throw new BadRequest('index and vol must be like -200000 or BTC:-200000');
  return { underlying: (match[1] ?? '').toUpperCase(), [name]: Number(match[2]) };
}

function answer(reader: Reader, params: Params, asked: Asked) {
  const owner = text(params, 'address');
  const number = count(params, 'subaccount', 0, 0xffffffff);
  const { trades, before, after, shocked } = reader.ask(
    '/tenor.margin.v1.Query/WhatIf',
    margin.QueryWhatIfRequest,
    margin.QueryWhatIfResponse,
    { ...asked, owner, number },
  );
  return { height: reader.height, trades, before, after, shocked: shocked ?? null };
}
