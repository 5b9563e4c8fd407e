/**
 * A broken expectation of the code itself. Inside a transaction it drops the transaction's writes
 * and becomes a result with a stable code; anywhere else it stops the node (docs/adr/003).
 */
export class AssertionFailure extends Error {
  override readonly name = 'AssertionFailure';
}

export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new AssertionFailure(message);
}

/** The value, which is known to be there. */
export function defined<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new AssertionFailure(`${what} is missing`);
  return value;
}
