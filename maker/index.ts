export { DEFAULT_SETTINGS } from './core/settings.ts';
export type { MakerSettings } from './core/settings.ts';
export { MakerStopped, runMaker } from './maker.ts';
export type { MakerEvents } from './maker.ts';
export type { DeskReport, MakerReport } from './report.ts';
