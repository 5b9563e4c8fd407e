/** Something that the chain did and the rules do not say, or the other way round. */
export class Disagreement extends Error {}

export function agree(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Disagreement(what);
}
