/** As browsers and Node from 22 on have it. */
export interface Socket {
  send(data: string): void;
  close(): void;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number; reason: string }) => void) | null;
  onerror: ((event: never) => void) | null;
}

export type SocketConstructor = new (url: string) => Socket;

/** The platform's own WebSocket; Node 20 has none, there it is the `ws` package's. */
export async function webSocketOf(given?: SocketConstructor): Promise<SocketConstructor> {
  const own = (globalThis as { WebSocket?: SocketConstructor }).WebSocket;
  if (given !== undefined || own !== undefined) return (given ?? own)!;
  return (await import('ws')).WebSocket as unknown as SocketConstructor;
}
