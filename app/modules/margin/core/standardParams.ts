import type { StandardParams } from './types.ts';

/** Genesis defaults of the standard margin. */
export const DEFAULT_STANDARD_PARAMS: StandardParams = {
  initialOtmBase: 0.15,
  initialOtmFloor: 0.13,
  maintenanceIndexShare: 0.09,
  maintenanceMarkShare: 0.09,
  putInitialOverMaintenance: 1.05,
  nakedCallInitial: 1.2,
  nakedCallMaintenance: 1.1,
  futuresInitialRate: 0.065,
  futuresMaintenanceRate: 0.05,
  futuresRatePerContract: 0.00005,
  confidenceThreshold: 0.55,
  collateralThreshold: 0.99,
  collateralFactor: 2,
  settlementFeeCap: 0.125,
  degradedIndexStress: 0.7,
};
