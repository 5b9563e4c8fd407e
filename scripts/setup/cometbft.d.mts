export type Engine = '0.38' | '0.40';
export const ENGINES: Readonly<Record<Engine, string>>;
export const DEFAULT_ENGINE: Engine;
export type Judgement =
  { ok: true; engine: Engine; version: string; notice?: string } | { ok: false; reason: string };
export interface Found {
  path: string;
  from: string;
  ok: true;
  engine: Engine;
  version: string;
  notice?: string;
}
export interface Options {
  engine?: Engine | null;
  env?: Record<string, string | undefined>;
}
export function moduleVersion(output: string): string | null;
export function judge(goVersion: string | null, ownVersion: string | null): Judgement;
export function inspect(path: string): Judgement;
export function findCometbft(root: string, options?: Options): Found | null;
export function installCometbft(root: string, options?: Options): Promise<Found>;
export function recallCometbft(root: string, options?: Options): Found | null;
export function rememberCometbft(root: string, found: Found, options?: Options): void;
