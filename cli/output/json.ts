import type { Codec, FieldInfo, MessageInfo } from '../../proto/codec.ts';
import type { Json } from '../../proto/json.ts';
import { formatDecimal } from '../../app/lib/decimal.ts';
import { formatExpiry, isNameable } from '../../app/modules/options/core/index.ts';
import { CONTRACT_DECIMALS, USD_DECIMALS } from '../../app/lib/amountText.ts';

/** Fields that count 1e-4 contracts where they are 64-bit integers. */
const quantities = new Set([
  'quantity',
  'remaining',
  'filled',
  'resting',
  'cancelled',
  'openInterest',
  'lot',
  'minOrder',
  'maxOrder',
  'maxOpenInterest',
  'maxSeriesOpenInterest',
  'maxPosition',
]);

/** Of a field's 64-bit integers, by its name; null: it counts as it is. */
export function decimalsOf(name: string): number | null {
  if (name.endsWith('Uusd')) return USD_DECIMALS;
  return quantities.has(name) ? CONTRACT_DECIMALS : null;
}

/** An integer in base units with its decimal beside it: `name` and `nameDecimal`. */
export function withDecimal(name: string, value: bigint, decimals: number): Record<string, string> {
  return { [name]: value.toString(), [`${name}Decimal`]: formatDecimal(value, decimals) };
}

/**
 * A message for programs: base units as strings with their decimal beside them, enum values by
 * their short names, an expiry with its name beside it, bytes as hex, 64-bit integers as strings.
 */
export function messageJson<T>(codec: Codec<T>, message: T): Record<string, Json> {
  return fieldsOf(codec, message as Record<string, unknown>);
}

function fieldsOf(info: MessageInfo, message: Record<string, unknown>): Record<string, Json> {
  const out: Record<string, Json> = {};
  for (const field of info.fields) {
    const value = message[field.name];
    const decimals = decimalsOf(field.name);
    if (value === undefined) {
      out[field.name] = null;
    } else if (field.repeated) {
      out[field.name] = (value as unknown[]).map((item) => valueJson(field, item));
    } else if (decimals !== null && typeof value === 'bigint') {
      Object.assign(out, withDecimal(field.name, value, decimals));
    } else {
      out[field.name] = valueJson(field, value);
      if (field.name !== 'expirySeconds') continue;
      out['expiry'] = isNameable(value as bigint) ? formatExpiry(value as bigint) : null;
    }
  }
  return out;
}

function valueJson(field: FieldInfo, value: unknown): Json {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex').toUpperCase();
  if (field.kind === 'message') return fieldsOf(field.message!(), value as Record<string, unknown>);
  if (field.kind === 'enum') return enumName(field.values!, value as number);
  return value as Json;
}

/** `SIDE_BUY` is `buy`: what all names of the enum begin with is left out. */
export function enumName(values: Readonly<Record<string, number>>, value: number): string {
  const names = Object.keys(values);
  const words = names[0]!.split('_');
  const shared = words.findIndex(
    (_, i) => !names.every((name) => name.startsWith(`${words.slice(0, i + 1).join('_')}_`)),
  );
  const name = names.find((n) => values[n] === value) ?? String(value);
  return name.split('_').slice(shared).join('_').toLowerCase();
}
