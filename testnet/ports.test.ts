import { afterEach, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:net';
import { freePortOffset, isFree, marketPort, networkPorts } from './ports.ts';
import { requireFreePorts, validatorPorts } from './ports.ts';

let servers: Server[] = [];

function listen(port: number): Promise<number> {
  const server = createServer();
  servers.push(server);
  return new Promise((resolve) => {
    server.listen(port, '127.0.0.1', () => {
      resolve((server.address() as { port: number }).port);
    });
  });
}

afterEach(async () => {
  const closing = servers.map((server) => new Promise((resolve) => server.close(resolve)));
  servers = [];
  await Promise.all(closing);
});

describe('ports', () => {
  it('validator i listens on the standard ports + 10·i, shifted by the offset', () => {
    expect(validatorPorts(0, 0)).toEqual({ p2p: 26656, rpc: 26657, rest: 1317, grpc: 9090 });
    expect(validatorPorts(3, 100)).toEqual({ p2p: 26786, rpc: 26787, rest: 1447, grpc: 9220 });
  });

  it('no two of the largest network are the same, nor shared with the next network', () => {
    const ports = [...networkPorts(9, 0), ...networkPorts(9, 100)].map(({ port }) => port);
    expect(new Set(ports).size).toBe(ports.length);
  });

  it('one in use is named, with the flag that avoids it', async () => {
    const offset = await freePortOffset(2);
    await expect(requireFreePorts(2, offset)).resolves.toBeUndefined();
    const { rest } = validatorPorts(1, offset);
    await listen(rest);
    await expect(requireFreePorts(2, offset)).rejects.toThrow(
      new RegExp(`Port ${rest} \\(rest of node 1\\) is in use.*--port-offset \\d+`),
    );
  });

  it('an offset is free only when every port of it is', async () => {
    const offset = await freePortOffset(1);
    await listen(marketPort(offset));
    expect(await isFree(marketPort(offset))).toBe(false);
    expect(await freePortOffset(1)).not.toBe(offset);
  });

  it('an offset that leads past the last port is refused', async () => {
    await expect(requireFreePorts(1, 60_000)).rejects.toThrow(/lower it/);
  });
});
