import { Expiry, ExpiryStatus } from '../../../proto/gen/tenor.options.v1.ts';
import { formatExpiry, settlementPrice } from '../../../app/modules/options/core/index.ts';
import { LightError } from '../../../light/index.ts';
import type { VerifiedState } from '../../../light/index.ts';
import { usageError } from '../../errors.ts';
import { Light, lightOptions } from '../../light/openLight.ts';
import type { LightFlags } from '../../light/openLight.ts';
import { proveSamples, samplesJson, samplesText } from './samples.ts';
import type { ProvedSamples } from './samples.ts';
import { messageJson } from '../../output/json.ts';
import { expiryFirst, readExpiry } from '../series.ts';
import type { Verb } from '../verb.ts';
import { showVerified } from './describe.ts';
import { expirySentence, proveExpiry, proveUnderlyings } from './series.ts';

interface Found {
  readonly underlying: string;
  readonly expiry: Expiry | undefined;
  /** With --samples, of an expiry that is listed. */
  readonly proved?: ProvedSamples;
}

export const verifySettlement: Verb<LightFlags & { readonly samples?: boolean }> = {
  usage: 'settlement <expiry> [underlying]',
  description: 'the settlement price of an expiry, of all underlyings or one',
  examples: ['verify settlement 27DEC26', 'verify settlement 27DEC26T0915 BTC --samples'],
  options: (command) =>
    lightOptions(command).option('--samples', 'prove each price that the average is made of, too'),
  async run(session, given, flags) {
    // `market settlement` has them the other way round.
    const [text, wanted] = expiryFirst(given);
    const expirySeconds = readExpiry(text!);
    const name = formatExpiry(expirySeconds);
    const light = await Light.open(session, flags);
    const [found, state, ground] = await light.state((view) =>
      prove(view, expirySeconds, wanted?.toUpperCase()),
    );
    const sampled: Found[] = [];
    for (const one of found) {
      const { underlying, expiry } = one;
      if (flags.samples !== true || expiry === undefined) sampled.push(one);
      else sampled.push({ ...one, proved: await proveSamples(session, light, underlying, expiry) });
    }
    const json = sampled.map(({ underlying, expiry, proved }) => ({
      underlying,
      expiry: name,
      settlement: expiry === undefined ? null : messageJson(Expiry, expiry),
      ...(proved === undefined ? {} : samplesJson(proved)),
    }));
    const sentences = found.map(({ underlying, expiry }) =>
      expirySentence(`${underlying} ${name}`, expiry),
    );
    const { out } = session;
    const more = sampled.flatMap(({ underlying, proved }) =>
      proved === undefined ? [] : samplesText(out, `${underlying} ${name}`, proved),
    );
    showVerified(out, { settlements: json }, sentences.join('; '), state, ground, more);
  },
};

async function prove(
  view: VerifiedState,
  expirySeconds: bigint,
  wanted: string | undefined,
): Promise<Found[]> {
  const all = await proveUnderlyings(view);
  const asked = all.filter(({ symbol }) => wanted === undefined || symbol === wanted);
  if (asked.length === 0) {
    const names = all.map(({ symbol }) => symbol).join(', ');
    throw usageError(`There are no options on ${wanted ?? 'anything'}.`, `There are ${names}.`);
  }
  const found: Found[] = [];
  for (const { id, symbol: underlying } of asked) {
    const expiry = await proveExpiry(view, id, expirySeconds);
    if (expiry !== undefined) checkAverage(underlying, expiry);
    found.push({ underlying, expiry });
  }
  return found;
}

/** The price is the rounded average that the record's own sums make. */
function checkAverage(underlying: string, expiry: Expiry): void {
  const { status, settlementUusd, weightedSum, coveredMs } = expiry;
  const priced =
    status === ExpiryStatus.EXPIRY_STATUS_SETTLING || status === ExpiryStatus.EXPIRY_STATUS_SETTLED;
  // Of an old expiry the price alone is in state.
  if (!priced || coveredMs === 0n) return;
  if (settlementPrice(BigInt(weightedSum), coveredMs) === settlementUusd) return;
  throw new LightError('lie', `the settlement price of ${underlying} is not its average`);
}
