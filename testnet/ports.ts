import { createServer } from 'node:net';
import { TestnetError } from './testnetError.ts';

const HOST = '127.0.0.1';
const PORTS_PER_VALIDATOR = 10;
const MAX_PORT = 65_535;
export const MAX_VALIDATORS = 9;
/** With those that were added: the next network may be 100 ports away. */
export const MAX_NODES = 10;

/** The standard ports of the first validator. */
const base = { p2p: 26_656, rpc: 26_657, rest: 1_317, grpc: 9_090 } as const;
/** Just below the REST ports, so that it is nobody else's. */
const MARKET_BASE = 1_310;
const HISTORY_BASE = 1_311;

export type ValidatorPorts = Record<keyof typeof base, number>;

/** Validator `index` listens on the standard ports + 10·index, all shifted by the offset. */
export function validatorPorts(index: number, offset: number): ValidatorPorts {
  const shift = index * PORTS_PER_VALIDATOR + offset;
  return {
    p2p: base.p2p + shift,
    rpc: base.rpc + shift,
    rest: base.rest + shift,
    grpc: base.grpc + shift,
  };
}

/** Where engine and feeder show metrics to Prometheus, with --with-metrics. */
export function metricsPorts(index: number, offset: number): { engine: number; feeder: number } {
  const shift = index * PORTS_PER_VALIDATOR + offset;
  return { engine: 26_660 + shift, feeder: 9_094 + shift };
}

export const marketPort = (offset: number): number => MARKET_BASE + offset;
export const historyPort = (offset: number): number => HISTORY_BASE + offset;

export interface NamedPort {
  port: number;
  owner: string;
}

const nodePorts = (index: number, offset: number): NamedPort[] =>
  Object.entries(validatorPorts(index, offset)).map(([name, port]) => ({
    port,
    owner: `${name} of node ${index}`,
  }));

/** Every port that a network listens on, with what listens there. */
export function networkPorts(nodes: number, offset: number): NamedPort[] {
  const ports = Array.from({ length: nodes }, (_, index) => nodePorts(index, offset)).flat();
  return [
    { port: marketPort(offset), owner: 'the simulated market' },
    { port: historyPort(offset), owner: 'the indexer' },
    ...ports,
  ];
}

/** Can this port be listened on right now? */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: HOST, exclusive: true }, () => {
      server.close(() => resolve(true));
    });
  });
}

async function firstTaken(ports: readonly NamedPort[]): Promise<NamedPort | null> {
  for (const named of ports) if (!(await isFree(named.port))) return named;
  return null;
}

/** Throws a TestnetError that names the port in use, if one of a single node's is. */
export async function requireFreePortsOf(index: number, offset: number): Promise<void> {
  const taken = await firstTaken(nodePorts(index, offset));
  if (taken === null) return;
  throw new TestnetError(`Port ${taken.port} (${taken.owner}) is in use: stop what runs there.`);
}

/** Throws a TestnetError that names the first port in use, and the flag that avoids it. */
export async function requireFreePorts(validators: number, offset: number): Promise<void> {
  const ports = networkPorts(validators, offset);
  if (ports.some(({ port }) => port > MAX_PORT)) {
    throw new TestnetError(`--port-offset ${offset} leads past port ${MAX_PORT}: lower it.`);
  }
  const taken = await firstTaken(ports);
  if (taken === null) return;
  const other = await freePortOffset(validators);
  throw new TestnetError(
    `Port ${taken.port} (${taken.owner}) is in use. If another network of yours runs there, stop ` +
      `it with --stop --dir DIR; or use other ports, for example --port-offset ${other}.`,
  );
}

const OFFSET_STEP = 100;
/** Higher offsets would reach the range from which systems take the ports of outgoing calls. */
const MAX_FREE_OFFSET = 6_000;

/**
 * An offset at which every port of a network is free. Where the search begins depends on this
 * process's id, so that test workers that look at the same time find different ones.
 */
export async function freePortOffset(validators = 4): Promise<number> {
  const choices = MAX_FREE_OFFSET / OFFSET_STEP;
  for (let tried = 0; tried < choices; tried++) {
    const offset = (((process.pid + tried) % choices) + 1) * OFFSET_STEP;
    if ((await firstTaken(networkPorts(validators, offset))) === null) return offset;
  }
  throw new TestnetError('No port offset has all of its ports free: stop some networks first.');
}
