import { Params as Message } from '../../../proto/gen/tenor.margin.v1.ts';
import type { GenesisState, UnderlyingMargin } from '../../../proto/gen/tenor.margin.v1.ts';
import { Params } from '../../runtime/params.ts';
import { DEFAULT_STANDARD_PARAMS, defaultRules, standardRules, wrongRules } from './core/index.ts';
import type { StandardParams } from './core/index.ts';

const PPM = 1_000_000;
/** By the oracle's genesis: a dollar of collateral is taken for one of these. */
const USDC = 2;

/** `maintenance <= initial` where both bound the same thing, and every share inside its range. */
function wrongWith(u: UnderlyingMargin): string | null {
  if (u.initialBasePpm > PPM || u.initialFloorPpm > u.initialBasePpm) {
    return 'initialFloorPpm must not exceed initialBasePpm, nor that one million';
  }
  if (u.maintenancePpm === 0 || u.maintenancePpm > u.initialFloorPpm) {
    return 'maintenancePpm must be positive and not exceed initialFloorPpm';
  }
  if (u.putInitialOverMaintenancePpm < PPM || u.putInitialOverMaintenancePpm > 10 * PPM) {
    return 'putInitialOverMaintenancePpm: 1000000 to 10000000';
  }
  if (u.maintenanceForwardCapPpm < PPM || u.initialForwardCapPpm < u.maintenanceForwardCapPpm) {
    return 'forward caps: at least one million, and the initial one not below the other';
  }
  if (u.initialForwardCapPpm > 100 * PPM) return 'initialForwardCapPpm: at most 100000000';
  if (u.confidenceFloorPpm > PPM) return 'confidenceFloorPpm: at most one million';
  return u.portfolio === undefined ? 'portfolio: missing' : wrongRules(u.portfolio);
}

export const params = new Params<Message>('margin', Message, (p) => {
  if (p.priceBandPpm > PPM || p.priceBandIndexPpm > PPM) return 'price bands: at most one million';
  if (p.makerFeePpm > 10_000 || p.takerFeePpm > 10_000) return 'fees: at most 10000';
  if (p.feeCapPpm > PPM) return 'feeCapPpm: at most one million';
  if (p.degradedVolPpm < PPM / 10 || p.degradedVolPpm > 20 * PPM) {
    return 'degradedVolPpm: 100000 to 20000000';
  }
  for (const [i, u] of p.underlyings.entries()) {
    if (i > 0 && u.underlyingId <= p.underlyings[i - 1]!.underlyingId) return 'ascending ids';
    const wrong = wrongWith(u);
    if (wrong !== null) return `underlying ${u.underlyingId}: ${wrong}`;
    if (u.portfolio!.tailsPpm.length !== p.underlyings[0]!.portfolio!.tailsPpm.length) {
      return `underlying ${u.underlyingId}: every underlying has the same number of tails`;
    }
  }
  return null;
});

const ppm = (share: number) => Math.round(share * PPM);

function defaultUnderlying(underlyingId: number): UnderlyingMargin {
  const d = DEFAULT_STANDARD_PARAMS;
  return {
    underlyingId,
    initialBasePpm: ppm(d.initialOtmBase),
    initialFloorPpm: ppm(d.initialOtmFloor),
    maintenancePpm: ppm(d.maintenanceIndexShare),
    putInitialOverMaintenancePpm: ppm(d.putInitialOverMaintenance),
    initialForwardCapPpm: ppm(d.nakedCallInitial),
    maintenanceForwardCapPpm: ppm(d.nakedCallMaintenance),
    confidenceFloorPpm: ppm(d.confidenceThreshold),
    portfolio: defaultRules(),
  };
}

export function defaultMarginGenesis(): GenesisState {
  return {
    params: {
      underlyings: [defaultUnderlying(1), defaultUnderlying(2)],
      priceBandPpm: 500_000,
      priceBandIndexPpm: 50_000,
      makerFeePpm: 300,
      takerFeePpm: 300,
      feeCapPpm: 125_000,
      degradedVolPpm: 3 * PPM,
      collateralStablecoinId: USDC,
    },
  };
}

/** The governed numbers of an underlying, for the core. */
export function standardParamsOf(p: Message, underlyingId: number): StandardParams {
  return standardRules(p.underlyings.find((entry) => entry.underlyingId === underlyingId));
}
