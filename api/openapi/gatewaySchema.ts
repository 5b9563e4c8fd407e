import { protoName } from '../../proto/amino.ts';
import type { FieldInfo, MessageInfo } from '../../proto/codec.ts';
import { ANY, DURATION, TIMESTAMP } from '../rest/gatewayJson.ts';
import { SCALARS, list, nullable, object, oneOf, string } from './schema.ts';
import type { Messages, Schema } from './schema.ts';

const WELL_KNOWN: Readonly<Record<string, Schema>> = {
  [ANY]: {
    type: 'object',
    description: 'A message: its type, and its fields beside that.',
    properties: { '@type': string },
    required: ['@type'],
  },
  [TIMESTAMP]: { type: ['string', 'null'], format: 'date-time' },
  [DURATION]: { type: 'string', pattern: '^-?\\d+(\\.\\d+)?s$' },
};

/** A message in the JSON of the SDK's gateway (../rest/gatewayJson.ts). */
export const gatewayMessage = (info: MessageInfo, messages: Messages): Schema =>
  WELL_KNOWN[info.typeUrl] ??
  object(
    Object.fromEntries(info.fields.map((one) => [protoName(one), gatewayField(one, messages)])),
    // Of a oneof only the member that is set is there.
    info.fields.filter(({ oneof }) => oneof !== undefined).map(protoName),
  );

function gatewayField(field: FieldInfo, messages: Messages): Schema {
  if (field.repeated) return list(gatewayValue(field, messages));
  const one = gatewayValue(field, messages);
  return field.optional || (field.kind === 'bytes' && !field.decimal) ? nullable(one) : one;
}

/** A value, as a parameter has it, too. */
export function gatewayValue(field: FieldInfo, messages: Messages): Schema {
  if (field.decimal) return { type: 'string', pattern: '^-?\\d+\\.\\d{18}$' };
  if (field.kind === 'message') return messages.ref(field.message!());
  return field.kind === 'enum' ? oneOf(Object.keys(field.values!)) : SCALARS[field.kind];
}
