import type { UnderlyingMargin } from '../../../../proto/gen/tenor.margin.v1.ts';
import { DEFAULT_STANDARD_PARAMS } from './standardParams.ts';
import type { StandardParams } from './types.ts';

const PPM = 1_000_000;

/** The governed numbers of an underlying's standard margin; the defaults for one without any. */
export function standardRules(u: UnderlyingMargin | undefined): StandardParams {
  if (u === undefined) return DEFAULT_STANDARD_PARAMS;
  return {
    ...DEFAULT_STANDARD_PARAMS,
    initialOtmBase: u.initialBasePpm / PPM,
    initialOtmFloor: u.initialFloorPpm / PPM,
    maintenanceIndexShare: u.maintenancePpm / PPM,
    maintenanceMarkShare: u.maintenancePpm / PPM,
    putInitialOverMaintenance: u.putInitialOverMaintenancePpm / PPM,
    nakedCallInitial: u.initialForwardCapPpm / PPM,
    nakedCallMaintenance: u.maintenanceForwardCapPpm / PPM,
    confidenceThreshold: u.confidenceFloorPpm / PPM,
  };
}
