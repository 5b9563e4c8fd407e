import { signal } from '@preact/signals';
import { getJson } from './network.ts';

export interface Validator {
  /** Its consensus address, in hex. */
  readonly validator: string;
  readonly power: string;
  readonly moniker: string;
}

const SHOWN = 8;
const AGAIN_MS = 5_000;

export const validators = signal<readonly Validator[]>([]);
let isAsked = false;

/** The set changes rarely: it is asked for once a page, and again when somebody is not in it. */
async function ask(): Promise<void> {
  try {
    const answer = await getJson<{ validators: readonly Validator[] }>('/tenor/v1/validators');
    validators.value = answer.validators;
  } catch {
    // Asked again below.
  }
  setTimeout(() => (isAsked = false), AGAIN_MS);
}

/** What a validator is called, else the beginning of its address. */
export function validatorName(address: string): string {
  const found = validators.value.find(({ validator }) => validator === address);
  if (found === undefined && !isAsked) {
    isAsked = true;
    void ask();
  }
  const moniker = found?.moniker ?? '';
  return moniker === '' ? `${address.slice(0, SHOWN)}…` : moniker;
}
