/** What streams may take of the read side; a node's settings change some. */
export interface StreamLimits {
  /** Connections, in all and from one address; loopback is a proxy, which has its own limits. */
  readonly clientsMax: number;
  readonly clientsPerAddressMax: number;
  readonly channelsPerClientMax: number;
  /** Different channels that anybody listens to. */
  readonly channelsMax: number;
  readonly requestBytesMax: number;
  /** Requests of a client: so many a second, so many at once. */
  readonly requestsPerSecond: number;
  readonly requestBurst: number;
  /** What a client has not read yet: beyond it, it is cut. And of all clients: the worst is cut. */
  readonly unsentBytesMax: number;
  readonly allUnsentBytesMax: number;
  /** Messages that are kept for who comes back: of all channels, and of one. */
  readonly keptBytesMax: number;
  readonly keptPerChannelMax: number;
  /** A channel without listeners goes on so long, for one that comes back. */
  readonly lingerMs: number;
  /** Heartbeats; a client that does not answer the ping of one until the next but one is cut. */
  readonly heartbeatMs: number;
}

export const DEFAULT_STREAM_LIMITS: StreamLimits = {
  clientsMax: 1_000,
  clientsPerAddressMax: 50,
  channelsPerClientMax: 500,
  channelsMax: 5_000,
  requestBytesMax: 65_536,
  requestsPerSecond: 20,
  requestBurst: 100,
  unsentBytesMax: 4 * 1024 * 1024,
  allUnsentBytesMax: 256 * 1024 * 1024,
  keptBytesMax: 64 * 1024 * 1024,
  keptPerChannelMax: 1_000,
  lingerMs: 60_000,
  heartbeatMs: 10_000,
};
