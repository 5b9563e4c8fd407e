import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import { asyncApiDocument } from './document.ts';

const document = asyncApiDocument();
const ajv = new Ajv2020({ strict: false, allErrors: true, formats: { int64: true } });
ajv.addSchema({ $id: 'asyncapi', components: document.components });
const checks = new Map<string, ValidateFunction>();

const KINDS = ['snapshot', 'patch', 'events'];

interface Heard {
  readonly type?: unknown;
  readonly channel?: unknown;
}

/** Which of the document's messages it is. */
function nameOf({ type, channel }: Heard): string {
  if (!KINDS.includes(String(type))) return String(type);
  const [kind = '', ...rest] = String(channel).split(':');
  return `${kind}${rest[1] === undefined ? '' : `:${rest[1]}`}.${String(type)}`;
}

/** What is not as the AsyncAPI document says of a message by that name. */
export function misfits(name: string, message: unknown): string[] {
  if (!(name in document.components.messages)) return [`there is no message ${name}`];
  let check = checks.get(name);
  if (check === undefined) {
    check = ajv.compile({
      $ref: `asyncapi#/components/messages/${encodeURIComponent(name)}/payload`,
    });
    checks.set(name, check);
  }
  if (check(message)) return [];
  return check.errors!.map(({ instancePath, message: text, params }) =>
    [name, instancePath, text, JSON.stringify(params)].join(' '),
  );
}

/** Of what a node said. */
export const heardMisfits = (message: Heard): string[] => misfits(nameOf(message), message);
