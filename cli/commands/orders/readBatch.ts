import type * as clob from '../../../proto/gen/tenor.clob.v1.ts';
import { CliError, usageError } from '../../errors.ts';
import { readExpiry } from '../series.ts';
import { readOrderId } from './readCancel.ts';
import { readOrder } from './readOrder.ts';
import { readReplace } from './replace.ts';
import { readStop } from './stop.ts';

/** The keys of each kind of action; true where they must be there. */
const KEYS: Readonly<Record<string, Readonly<Record<string, boolean>>>> = {
  place: {
    ...{ series: true, side: true, size: true, price: false, iv: false, bound: false },
    ...{ ioc: false, fok: false, postOnly: false, slide: false, reduceOnly: false },
    ...{ clientId: false, stp: false },
  },
  stop: {
    ...{ series: true, side: true, size: true, price: true, trigger: true, market: false },
    ...{ reduceOnly: false, clientId: false, orTrigger: false, orPrice: false },
  },
  cancelTrigger: { id: true },
  replace: { id: false, clientId: false, price: false, size: false, iv: false },
  cancel: { id: false, clientId: false },
  cancelAll: { series: false, underlying: false, expiry: false },
};
const SELF_TRADE = ['taker', 'maker', 'both'] as const;
const FLAGS = ['market', 'ioc', 'fok', 'postOnly', 'slide', 'reduceOnly'];

/** Values as they would be typed. */
type Typed = Readonly<Record<string, string>>;

/** A batch from the text of its file: a JSON list of actions, of which each says what it does. */
export function readBatch(text: string): clob.BatchAction[] {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch (error) {
    throw usageError(`The file is not JSON: ${(error as Error).message}`);
  }
  if (!Array.isArray(list)) throw usageError('The file holds no JSON list of actions.');
  return list.map((entry: unknown, i) => {
    try {
      return readAction(typed(entry));
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      throw usageError(`Action ${i}: ${error.message}`, error.advice ?? undefined);
    }
  });
}

/** An action's kind and keys, checked. */
function typed(entry: unknown): Typed {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) {
    throw usageError('it is not an object.');
  }
  const { action, ...rest } = entry as Record<string, unknown>;
  const keys = typeof action === 'string' && Object.hasOwn(KEYS, action) ? KEYS[action] : undefined;
  if (keys === undefined) throw usageError(`"action" is one of ${Object.keys(KEYS).join(', ')}.`);
  const missing = Object.keys(keys).find((key) => keys[key] === true && rest[key] === undefined);
  if (missing !== undefined) throw usageError(`"${missing}" is missing.`);
  const values = Object.entries(rest).map(([key, value]) => {
    if (!Object.hasOwn(keys, key)) throw usageError(`it has no "${key}".`);
    if (FLAGS.includes(key) ? typeof value !== 'boolean' : !isText(value)) {
      throw usageError(`"${key}" has no such value.`);
    }
    return [key, String(value)] as const;
  });
  return Object.fromEntries([['action', action as string], ...values]);
}

const isText = (value: unknown) => typeof value === 'string' || typeof value === 'number';

function readAction(typed: Typed): clob.BatchAction {
  const { action, series, side, size, price, id, clientId } = typed;
  switch (action) {
    case 'place': {
      const flags = Object.fromEntries(FLAGS.map((flag) => [flag, typed[flag] === 'true']));
      const stp = SELF_TRADE.find((mode) => mode === (typed['stp'] ?? 'taker'));
      if (stp === undefined) throw usageError(`"stp" is one of ${SELF_TRADE.join(', ')}.`);
      const named = clientId === undefined ? {} : { clientId };
      const { iv, bound } = typed;
      const offer = {
        price,
        ...(iv === undefined ? {} : { iv }),
        ...(bound === undefined ? {} : { bound }),
      };
      const order = { ...flags, stp, ...offer, ...named };
      return { place: readOrder([series, side, size], order, '', 0) };
    }
    case 'stop': {
      const market = typed['market'] === 'true';
      const reduceOnly = typed['reduceOnly'] === 'true';
      const flags = { ...typed, price: price!, trigger: typed['trigger']!, market, reduceOnly };
      return { placeTrigger: readStop([series, side, size], flags, '', 0) };
    }
    case 'cancelTrigger':
      return { cancelTrigger: { sender: '', subaccount: 0, triggerId: readOrderId(id!) } };
    case 'replace':
      return { replace: readReplace(id, typed, '', 0) };
    case 'cancel': {
      if ((id === undefined) === (clientId === undefined)) {
        throw usageError('give "id" or "clientId", and only one.');
      }
      const orderId = id === undefined ? 0n : readOrderId(id);
      return { cancel: { sender: '', subaccount: 0, orderId, clientOrderId: clientId ?? '' } };
    }
    case 'cancelAll':
    case undefined:
    default:
      return {
        cancelAll: {
          ...{ sender: '', subaccount: 0, series: series?.toUpperCase() ?? '' },
          underlying: typed['underlying']?.toUpperCase() ?? '',
          expirySeconds: typed['expiry'] === undefined ? 0n : readExpiry(typed['expiry']),
        },
      };
  }
}
