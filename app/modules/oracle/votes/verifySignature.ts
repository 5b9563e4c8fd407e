import { CanonicalVoteExtension } from '../../../../proto/gen/tendermint.types.ts';
import { delimited } from '../../../lib/bytes.ts';

/** What a validator signs over its extension (CometBFT types.VoteExtensionSignBytes): delimited. */
export function extensionSignBytes(
  extension: Uint8Array,
  height: number,
  round: number,
  chainId: string,
): Uint8Array {
  const body = CanonicalVoteExtension.encode({
    extension,
    height: BigInt(height),
    round: BigInt(round),
    chainId,
  });
  return delimited(body);
}
