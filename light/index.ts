/** A light client of CometBFT chains, and proofs of Tenor's state. What is exported is its face. */
export { LightClient } from './client.ts';
export type { LightClientOptions } from './client.ts';
export { LightError } from './errors.ts';
export type { LightFault } from './errors.ts';
export { headerHash, validatorsHash } from './hashes.ts';
export { verifyClaim } from './ics23.ts';
export type { Claim, Provider } from './provider.ts';
export { GenesisError, trustFirstAnswer, trustGenesis, trustHash } from './roots.ts';
export type { Root } from './roots.ts';
export { RpcProvider } from './rpcProvider.ts';
export { DEFAULT_RULES } from './types.ts';
export type { LightBlock, LightValidator, TrustRules, Trusted, VerifiedHeader } from './types.ts';
export { VerifiedState } from './verifiedState.ts';
export type { ProvedRecord } from './verifiedState.ts';
export { isExpired, isoTime } from './verify.ts';
export { askWitnesses } from './witnesses.ts';
export type { Testimony } from './witnesses.ts';
