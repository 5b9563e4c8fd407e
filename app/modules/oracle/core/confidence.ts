/** A dispersion of this share, in millionths, or more leaves no confidence. */
const NO_CONFIDENCE_PPM = 50_000;

/** In an index: 1 for full agreement among validators, falling with the dispersion of reports. */
export const confidenceOf = (dispersionPpm: number): number =>
  1 - Math.min(dispersionPpm, NO_CONFIDENCE_PPM) / NO_CONFIDENCE_PPM;
