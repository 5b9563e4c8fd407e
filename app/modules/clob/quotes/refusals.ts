import { defined } from '../../../lib/assert.ts';
import { clobErrors } from '../errors.ts';

/** The code with which one side of a message of quotes is refused by itself. */
export const codeOf = (name: string): number => defined(clobErrors.codes[name], name);
