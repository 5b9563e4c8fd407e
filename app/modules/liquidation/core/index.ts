/** How an unhealthy account is reduced, with plain values. */
export { concessionUusd } from './concession.ts';
export { goAround } from './goAround.ts';
export type { Round } from './goAround.ts';
export { rankOpposite } from './rankOpposite.ts';
export type { Opposite } from './rankOpposite.ts';
export { movesOf } from './movesOf.ts';
export { closeable, sliceOf } from './sliceOf.ts';
export { standardRequirement } from './standardRequirement.ts';
export type * from './types.ts';
