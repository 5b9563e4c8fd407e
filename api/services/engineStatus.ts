import { askEngine } from './engineRpc.ts';

/** What CometBFT's RPC says of itself. */
export interface EngineStatus {
  readonly node_info: {
    readonly protocol_version: {
      readonly p2p: string;
      readonly block: string;
      readonly app: string;
    };
    readonly id: string;
    readonly listen_addr: string;
    readonly network: string;
    readonly version: string;
    readonly channels: string;
    readonly moniker: string;
    readonly other: { readonly tx_index: string; readonly rpc_address: string };
  };
  readonly sync_info: {
    readonly latest_app_hash: string;
    readonly latest_block_height: string;
    readonly latest_block_time: string;
    readonly earliest_block_height: string;
    readonly catching_up: boolean;
  };
}

export const engineStatus = (rpc: string): Promise<EngineStatus> =>
  askEngine<EngineStatus>(rpc, 'status', {});
