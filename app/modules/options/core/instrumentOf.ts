import { OptionKind } from '../../../../proto/gen/tenor.options.v1.ts';
import { assert } from '../../../lib/assert.ts';
import type { Instrument, InstrumentTerms } from './instrument.ts';
import { option } from './option.ts';

const KINDS: Readonly<Record<OptionKind, Instrument | undefined>> = {
  [OptionKind.OPTION_KIND_NONE]: undefined,
  [OptionKind.OPTION_KIND_CALL]: option,
  [OptionKind.OPTION_KIND_PUT]: option,
};

export function isInstrument({ kind }: Pick<InstrumentTerms, 'kind'>): boolean {
  return KINDS[kind] !== undefined;
}

/** The rules of an instrument, by its kind. */
export function instrumentOf({ kind }: Pick<InstrumentTerms, 'kind'>): Instrument {
  const found = KINDS[kind];
  assert(found !== undefined, `no instrument of kind ${kind}`);
  return found;
}
