import type * as abci from 'cosmjs-types/tendermint/abci/types';
import { ConsensusParams } from 'cosmjs-types/tendermint/types/params';
import { PublicKey } from 'cosmjs-types/tendermint/crypto/keys';
import type { ProtoWriter } from '../../proto/writer.ts';

// The answers of which a block has thousands, written without an object or a buffer a field: the
// same bytes as cosmjs-types' (answers.test.ts), with the field numbers of
// `proto/tendermint/abci/types.proto`.

function writeEvents(tag: number, events: readonly abci.Event[], writer: ProtoWriter): void {
  for (const { type, attributes } of events) {
    writer.uint32(tag).fork();
    if (type !== '') writer.uint32(10).string(type);
    for (const { key, value, index } of attributes) {
      writer.uint32(18).fork();
      if (key !== '') writer.uint32(10).string(key);
      if (value !== '') writer.uint32(18).string(value);
      if (index) writer.uint32(24).bool(true);
      writer.ldelim();
    }
    writer.ldelim();
  }
}

/** ExecTxResult and ResponseCheckTx have the same fields. */
export function writeTxResult(result: abci.ExecTxResult, writer: ProtoWriter): void {
  const { code, data, log, info, gasWanted, gasUsed, events, codespace } = result;
  if (code !== 0) writer.uint32(8).uint32(code);
  if (data.length !== 0) writer.uint32(18).bytes(data);
  if (log !== '') writer.uint32(26).string(log);
  if (info !== '') writer.uint32(34).string(info);
  if (gasWanted !== 0n) writer.uint32(40).varint64(gasWanted);
  if (gasUsed !== 0n) writer.uint32(48).varint64(gasUsed);
  writeEvents(58, events, writer);
  if (codespace !== '') writer.uint32(66).string(codespace);
}

export function writeFinalizeBlock(
  response: abci.ResponseFinalizeBlock,
  writer: ProtoWriter,
): void {
  const { events, txResults, validatorUpdates, consensusParamUpdates, appHash } = response;
  writeEvents(10, events, writer);
  for (const result of txResults) {
    writer.uint32(18).fork();
    writeTxResult(result, writer);
    writer.ldelim();
  }
  for (const { pubKey, power } of validatorUpdates) {
    writer.uint32(26).fork();
    writer.uint32(10).bytes(PublicKey.encode(pubKey).finish());
    if (power !== 0n) writer.uint32(16).varint64(power);
    writer.ldelim();
  }
  if (consensusParamUpdates !== undefined) {
    writer.uint32(34).bytes(ConsensusParams.encode(consensusParamUpdates).finish());
  }
  if (appHash.length !== 0) writer.uint32(42).bytes(appHash);
}
