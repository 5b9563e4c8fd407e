export * from './calendar.ts';
export * from './payout.ts';
export * from './strikes.ts';
export * from './symbol.ts';
export * from './ticks.ts';
export * from './twap.ts';
export * from './units.ts';
