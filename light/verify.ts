import { equalBytes, toBinary } from '../app/lib/bytes.ts';
import { LightError, lie, must } from './errors.ts';
import { headerHash, nsOf, validatorsHash } from './hashes.ts';
import type { LightBlock, TrustRules, Trusted, VerifiedHeader } from './types.ts';
import { overlap, verifyCommit } from './verifyCommit.ts';
import type { Signed } from './verifyCommit.ts';

const NS_PER_MS = 1_000_000n;
/** Of a set, together; CometBFT's cap. */
const MAX_TOTAL_POWER = (1n << 63n) / 8n;
const BLOCK_PROTOCOL = 11n;
const HASH_BYTES = 32;

/** Too little of the trusted set signed a block far ahead: blocks in between may bridge it. */
export class TooFarAhead extends LightError {
  override readonly name = 'TooFarAhead';
}

export const isoTime = (timeNs: bigint): string =>
  new Date(Number(timeNs / NS_PER_MS)).toISOString();

/**
 * A block that is consistent in itself: the header of its hash, the set of the header, and more
 * than two thirds of that set signing the hash. Says nothing of whether the set is the chain's.
 * @throws LightError a lie
 */
export function checkBlock(chainId: string, height: number, block: LightBlock): VerifiedHeader {
  const signed = checkSelf(chainId, height, block);
  return verifiedOf(block, signed);
}

/**
 * Verifies a block by what is trusted of an earlier height, as CometBFT's light client does: the
 * next height's set is committed to by the header before; of one farther ahead more than a third
 * of the trusted power must have signed, so that at least one correct validator did.
 * @throws TooFarAhead when blocks in between are needed, LightError for all else
 */
export function verifyAhead(
  trusted: Trusted,
  block: LightBlock,
  rules: TrustRules,
  nowMs: number,
): VerifiedHeader {
  checkNotExpired(trusted, rules, nowMs);
  const { chainId } = trusted;
  const height = Number(block.header.height);
  const signed = checkSelf(chainId, height, block);
  const timeNs = nsOf(block.header.time);
  must(height > trusted.height, `block ${height} is not after block ${trusted.height}`);
  const wrongOrder = `block ${height} is dated ${isoTime(timeNs)}, before ${nameOf(trusted)}`;
  // A genesis time may be that of the first block.
  must(trusted.hash === null ? timeNs >= trusted.timeNs : timeNs > trusted.timeNs, wrongOrder);
  must(
    timeNs < BigInt(nowMs + rules.driftMs) * NS_PER_MS,
    `block ${height} is dated ${isoTime(timeNs)}, ahead of the clock here`,
  );
  if (height === trusted.height + 1) {
    must(
      equalBytes(block.header.validatorsHash, trusted.nextValidatorsHash),
      `the validators of block ${height} are not those that ${nameOf(trusted)} names`,
    );
  } else {
    const { power, total } = overlap(trusted.validators, signed.signers);
    if (power * 3n <= total) {
      const text = `block ${height} is signed by ${power} of the ${total} power trusted at height`;
      throw new TooFarAhead('lie', `${text} ${trusted.height}: more than a third is needed`);
    }
  }
  return verifiedOf(block, signed);
}

/**
 * Verifies a block of the past: its hash is what the header after it says of its predecessor.
 * @throws LightError a lie
 */
export function verifyBehind(later: Trusted, laterLastHash: Uint8Array, block: LightBlock) {
  const height = later.height - 1;
  const verified = checkBlock(later.chainId, height, block);
  must(
    equalBytes(verified.hash, laterLastHash),
    `block ${height} is not the one that block ${later.height} builds on`,
  );
  must(verified.timeNs < later.timeNs, `block ${height} is dated after block ${later.height}`);
  return verified;
}

const nameOf = ({ hash, height }: Trusted) => (hash === null ? 'the genesis' : `block ${height}`);

export function isExpired(trusted: Trusted, { periodMs }: TrustRules, nowMs: number): boolean {
  return trusted.timeNs + BigInt(periodMs) * NS_PER_MS <= BigInt(nowMs) * NS_PER_MS;
}

/** @throws LightError expired */
export function checkNotExpired(trusted: Trusted, rules: TrustRules, nowMs: number): void {
  if (!isExpired(trusted, rules, nowMs)) return;
  const hours = rules.periodMs / 3_600_000;
  throw new LightError(
    'expired',
    `what is trusted ends with ${nameOf(trusted)} of ${isoTime(trusted.timeNs)}, ` +
      `over ${hours} hours ago`,
  );
}

export function trustedOf({ header, hash, timeNs, validators, height }: VerifiedHeader): Trusted {
  const { chainId, nextValidatorsHash } = header;
  return { chainId, height, timeNs, hash, nextValidatorsHash, validators };
}

function verifiedOf(block: LightBlock, { signedPower, totalPower, signers }: Signed) {
  const { header } = block;
  const place = { height: Number(header.height), timeNs: nsOf(header.time) };
  const power = { signedPower, totalPower, signers: signers.length };
  return { ...block, ...place, hash: headerHash(header), ...power };
}

function checkSelf(chainId: string, height: number, block: LightBlock): Signed {
  const { header, commit, validators } = block;
  const name = `block ${height}`;
  must(header.chainId === chainId, `${name} is of the chain ${header.chainId}, not ${chainId}`);
  must(header.height === BigInt(height), `asked for ${name}, got block ${header.height}`);
  must(header.version.block === BLOCK_PROTOCOL, `${name} has another block protocol`);
  must(header.appHash.length === HASH_BYTES, `${name} has no app hash`);
  checkSet(name, validators);
  must(
    equalBytes(validatorsHash(validators), header.validatorsHash),
    `the validators given for ${name} are not those that its header commits to`,
  );
  const { total } = commit.blockId.partSetHeader;
  must(total >>> 0 === total, `the commit given for ${name} is of ${total} parts`);
  must(commit.height === header.height, `the commit given for ${name} is of another height`);
  must(
    equalBytes(commit.blockId.hash, headerHash(header)),
    `the header given for ${name} has not the hash that was signed`,
  );
  return verifyCommit(chainId, block);
}

function checkSet(name: string, validators: LightBlock['validators']): void {
  must(validators.length > 0, `${name} has no validators`);
  let total = 0n;
  const keys = new Set<string>();
  for (const { pubkey, power } of validators) {
    if (power <= 0n) throw lie(`a validator of ${name} has no power`);
    keys.add(toBinary(pubkey));
    total += power;
  }
  must(keys.size === validators.length, `a validator of ${name} is listed twice`);
  must(total <= MAX_TOTAL_POWER, `the validators of ${name} have too much power`);
}
