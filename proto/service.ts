import type { Codec } from './codec.ts';

/** Where a method is over HTTP, by `google.api.http`; all of a POST's fields are in its body. */
export interface HttpRule {
  readonly method: 'GET' | 'POST';
  /** A template: `/cosmos/bank/v1beta1/balances/{address}`. */
  readonly path: string;
}

export interface MethodInfo {
  readonly name: string;
  readonly request: Codec<unknown>;
  readonly response: Codec<unknown>;
  readonly http: readonly HttpRule[];
}

/** A gRPC service of the .proto files. */
export interface ServiceInfo {
  readonly name: string;
  readonly methods: readonly MethodInfo[];
}
