export function satisfies(version: string, range: string): boolean;
export function checkNode(root: string, version?: string): void;
export interface PackageList {
  packages: Record<string, { version?: string; optional?: boolean; devOptional?: boolean }>;
}
export function matchesLock(lock: PackageList, installed: PackageList): boolean;
export function dependenciesReady(root: string): boolean;
export function installDependencies(root: string): Promise<void>;
