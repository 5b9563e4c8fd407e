/**
 * - `lie`: what the node answered cannot be true of the chain.
 * - `attack`: validators signed two blocks of one height; nothing of this chain can be trusted now.
 * - `expired`: what is trusted is too old to vouch for anything.
 * - `unprovable`: the node has no proof of it: a height that is not kept, or an empty store.
 * - `late`: the block with the proof's root did not come in time.
 * - `unreachable`: no node answered, or what did is not one.
 */
export type LightFault = 'lie' | 'attack' | 'expired' | 'unprovable' | 'late' | 'unreachable';

/** Why nothing was verified. */
export class LightError extends Error {
  override readonly name: string = 'LightError';
  readonly fault: LightFault;

  constructor(fault: LightFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.fault = fault;
  }
}

export const lie = (message: string): LightError => new LightError('lie', message);

/** @throws LightError a lie, unless it holds */
export function must(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw lie(otherwise);
}
