export const VERSION: string;
export const DROP_IN_VERSION: string;
export type Judgement =
  { ok: true; version: string; notice?: string } | { ok: false; reason: string };
export interface Found {
  path: string;
  from: string;
  ok: true;
  version: string;
  notice?: string;
}
type Env = Record<string, string | undefined>;
export function moduleVersion(output: string): string | null;
export function judge(goVersion: string | null, ownVersion: string | null): Judgement;
export function inspect(path: string): Judgement;
export function findCometbft(root: string, env?: Env): Found | null;
export function installCometbft(root: string): Promise<Found>;
export function findDropIn(root: string, env?: Env): string | null;
export function installDropIn(root: string): Promise<string>;
export function recallCometbft(root: string, env?: Env): Found | null;
export function rememberCometbft(root: string, found: Found, env?: Env): void;
