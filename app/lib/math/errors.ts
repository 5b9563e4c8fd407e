/** A number outside a function's stated domain: the call is refused, no NaN is ever returned. */
export class MathInputError extends RangeError {
  readonly code = 'bad-input';
  override readonly name = 'MathInputError';
}

/** Kept out of the callers, which stay small enough to be inlined. */
export function refuse(what: string, value: number): never {
  throw new MathInputError(`${what} is outside its domain: ${value}`);
}
