import type * as engine from '../../proto/gen/tendermint.types.ts';
import { blockIdOf, blockOf } from './engineJson.ts';
import type { BlockIdJson, BlockJson } from './engineJson.ts';
import { askEngine } from './engineRpc.ts';
import { NotThere } from './method.ts';

export interface EngineBlock {
  readonly blockId: engine.BlockID;
  readonly block: engine.Block & { header: engine.Header; data: engine.Data };
}

/** A block by the parameters of the engine's `block`. @throws NotThere, EngineSilent */
export async function engineBlock(rpc: string, asked: object): Promise<EngineBlock> {
  const told = await askEngine<{ block_id: BlockIdJson; block: BlockJson | null }>(
    rpc,
    'block',
    asked,
  );
  if (told.block === null) throw new NotThere('the node does not have this block');
  return { blockId: blockIdOf(told.block_id), block: blockOf(told.block) };
}
