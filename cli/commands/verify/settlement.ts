import { Expiry, ExpiryStatus } from '../../../proto/gen/tenor.options.v1.ts';
import { records } from '../../../app/lib/records.ts';
import { formatExpiry, settlementPrice } from '../../../app/modules/options/core/index.ts';
import { LightError } from '../../../light/index.ts';
import type { VerifiedState } from '../../../light/index.ts';
import { usageError } from '../../errors.ts';
import { Light, lightOptions } from '../../light/openLight.ts';
import type { LightFlags } from '../../light/openLight.ts';
import { messageJson } from '../../output/json.ts';
import { expiryFirst, readExpiry } from '../series.ts';
import type { Verb } from '../verb.ts';
import { showVerified } from './describe.ts';
import { expirySentence, proveUnderlyings } from './series.ts';

interface Found {
  readonly underlying: string;
  readonly expiry: Expiry | undefined;
}

export const verifySettlement: Verb<LightFlags> = {
  usage: 'settlement <expiry> [underlying]',
  description: 'the settlement price of an expiry, of all underlyings or one',
  examples: ['verify settlement 27DEC26', 'verify settlement 27DEC26T0915 BTC'],
  options: lightOptions,
  async run(session, given, flags) {
    // `market settlement` has them the other way round.
    const [text, wanted] = expiryFirst(given);
    const expirySeconds = readExpiry(text!);
    const name = formatExpiry(expirySeconds);
    const light = await Light.open(session, flags);
    const [found, state, ground] = await light.state((view) =>
      prove(view, expirySeconds, wanted?.toUpperCase()),
    );
    const json = found.map(({ underlying, expiry }) => ({
      underlying,
      expiry: name,
      settlement: expiry === undefined ? null : messageJson(Expiry, expiry),
    }));
    const sentences = found.map(({ underlying, expiry }) =>
      expirySentence(`${underlying} ${name}`, expiry),
    );
    showVerified(session.out, { settlements: json }, sentences.join('; '), state, ground);
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
    const expiry = await view.get(records.expiries, [id, expirySeconds]);
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
  if (!priced || settlementPrice(BigInt(weightedSum), coveredMs) === settlementUusd) return;
  throw new LightError('lie', `the settlement price of ${underlying} is not its average`);
}
