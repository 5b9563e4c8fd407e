export function isAlive(pid: number): boolean;
export function withLock<T>(
  path: string,
  work: () => Promise<T>,
  options?: { onWait?: () => void; staleMs?: number },
): Promise<T>;
