import { Position, Subaccount } from '../../proto/gen/tenor.accounts.v1.ts';
import { OrderRecord, QuoteGroup, QuotingGroups } from '../../proto/gen/tenor.clob.v1.ts';
import {
  Expiry,
  Params as OptionsParams,
  Sample,
  Series,
  SettledPrices,
} from '../../proto/gen/tenor.options.v1.ts';
import { Params as MarginParams } from '../../proto/gen/tenor.margin.v1.ts';
import {
  FeedState,
  Params as OracleParams,
  Price,
  Surface,
} from '../../proto/gen/tenor.oracle.v1.ts';
import { Validator } from '../../proto/gen/tenor.staking.v1.ts';
import type { Binary } from './bytes.ts';
import { address, bytes, i64, lastText, tuple, u32, u64, unit } from './keys.ts';
import type { KeyPart } from './keys.ts';
import { bytesValue, decimalValue, u64Value } from './values.ts';
import type { ValueCodec } from './values.ts';

/**
 * Where records are in the proved state, and what their bytes mean. The stores build their
 * collections from these, and clients ask for proofs of them: `/store/<store>/key` with the key's
 * bytes, which begin with the prefix.
 */
export interface RecordSpec<K, V> {
  /** The module's store. */
  readonly store: string;
  /** One byte, unique in the store and never reused. */
  readonly prefix: number;
  readonly name: string;
  readonly key: KeyPart<K>;
  readonly value: ValueCodec<V>;
}

/** Prefix of parameters in every module's store. */
export const PARAMS_PREFIX = 255;

/** The whole key of a record in its store. */
export function recordKey<K>({ prefix, key }: RecordSpec<K, unknown>, of: K): Binary {
  return String.fromCharCode(prefix) + key.write(of);
}

function record<K, V>(
  [store, prefix, name]: readonly [string, number, string],
  key: KeyPart<K>,
  value: ValueCodec<V>,
): RecordSpec<K, V> {
  return { store, prefix, name, key, value };
}

type AddressDenom = readonly [Uint8Array, string];
type AddressNumber = readonly [Uint8Array, number];
type SubaccountSeries = readonly [bigint, bigint];
type UnderlyingExpiry = readonly [number, bigint];
type UnderlyingExpiryTime = readonly [number, bigint, bigint];

const underlyingExpiry: KeyPart<UnderlyingExpiry> = tuple<[number, bigint]>(u32, i64);

/** The records that clients may want proved. */
export const records = {
  /** Key as in the Cosmos SDK: 0x02 ‖ length ‖ address ‖ denom. Zero balances are not stored. */
  balances: record<AddressDenom, bigint>(
    ['bank', 2, 'balances'],
    tuple<[Uint8Array, string]>(address, lastText),
    decimalValue,
  ),
  supplies: record(['bank', 3, 'supplies'], lastText, decimalValue),
  validators: record(['staking', 1, 'validators'], bytes(20), Validator),
  prices: record(['oracle', 1, 'prices'], u32, Price),
  surfaces: record(['oracle', 2, 'surfaces'], u32, Surface),
  /** Forwards, surfaces and stablecoins, by kind, id and expiry. */
  feeds: record<readonly [number, number, bigint], FeedState>(
    ['oracle', 4, 'feeds'],
    tuple<[number, number, bigint]>(u32, u32, i64),
    FeedState,
  ),
  series: record(['options', 1, 'series'], u64, Series),
  /** By underlying and Unix seconds, until their samples are gone. */
  expiries: record(['options', 2, 'expiries'], underlyingExpiry, Expiry),
  /** By underlying, expiry and block time in ms. */
  samples: record<UnderlyingExpiryTime, Sample>(
    ['options', 3, 'samples'],
    tuple<[number, bigint, bigint]>(u32, i64, u64),
    Sample,
  ),
  /** Settled expiries after that, by underlying and day since 1970 (UTC) of their time. */
  settledPrices: record<readonly [number, number], SettledPrices>(
    ['options', 6, 'settledPrices'],
    tuple<[number, number]>(u32, u32),
    SettledPrices,
  ),
  optionsParams: record(['options', PARAMS_PREFIX, 'params'], unit, OptionsParams),
  oracleParams: record(['oracle', PARAMS_PREFIX, 'params'], unit, OracleParams),
  marginParams: record(['margin', PARAMS_PREFIX, 'params'], unit, MarginParams),
  subaccounts: record(['accounts', 1, 'subaccounts'], u64, Subaccount),
  /** By subaccount, then series. Closed positions are not stored. */
  positions: record<SubaccountSeries, Position>(
    ['accounts', 2, 'positions'],
    tuple<[bigint, bigint]>(u64, u64),
    Position,
  ),
  /** Subaccount ids by owner and number. */
  subaccountIds: record<AddressNumber, bigint>(
    ['accounts', 7, 'subaccountIds'],
    tuple<[Uint8Array, number]>(address, u32),
    u64Value,
  ),
  /** A book's pages, by series and number: app/modules/clob/core/pages.ts tells what they hold. */
  bookPages: record<readonly [bigint, number], Uint8Array>(
    ['clob', 1, 'pages'],
    tuple<[bigint, number]>(u64, u32),
    bytesValue,
  ),
  /** Resting orders: what the book does not say of them. */
  orders: record(['clob', 2, 'orders'], u64, OrderRecord),
  quoteGroups: record(['clob', 30, 'quoteGroups'], u64, QuoteGroup),
  /** By subaccount: how much its groups of quotes have in the books; none: nothing. */
  quotingGroups: record(['clob', 36, 'quotingGroups'], u64, QuotingGroups),
} as const;
