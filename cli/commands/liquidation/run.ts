import type { Command } from 'commander';
import type { BidderEvent, Limits, Pass } from '../../../bidder/index.ts';
import { ClientError, Refusal } from '../../../client/errors.ts';
import { toJson } from '../../../proto/json.ts';
import { formatUsd, parseUsd } from '../../amounts.ts';
import { CliError, RefusedError, exitCodes } from '../../errors.ts';
import type { Session } from '../../session.ts';
import type { Verb } from '../verb.ts';
import { readShare } from './bid.ts';

interface RunFlags {
  readonly maxNotional?: string;
  readonly minEdge?: string;
  readonly fraction?: string;
  readonly volDoubt?: string;
  readonly fund?: string;
}

const options = (command: Command): Command =>
  command
    .option('--max-notional <usd>', 'index notional to hold of an underlying (1000000usd)')
    .option('--min-edge <share>', 'what a slice must bring, of its index notional (0.1%)')
    .option('--fraction <share>', 'the most of an account to bid for at once (100%)')
    .option('--vol-doubt <share>', 'by how much volatilities may be wrong (3%)')
    .option('--fund <usd>', 'deposit this first, if the trading account is new');

/** What was typed, over the defaults. */
export function readLimits(flags: RunFlags, base: Limits): Limits {
  const { maxNotional, minEdge, fraction, volDoubt } = flags;
  return {
    maxNotionalUusd: maxNotional === undefined ? base.maxNotionalUusd : parseUsd(maxNotional),
    minEdgePpm: minEdge === undefined ? base.minEdgePpm : BigInt(readShare(minEdge, 1e6, 'Edge')),
    maxFractionPpb:
      fraction === undefined ? base.maxFractionPpb : BigInt(readShare(fraction, 1e9, 'Fraction')),
    volDoubt: volDoubt === undefined ? base.volDoubt : readShare(volDoubt, 1e6, 'Doubt') / 1e6,
  };
}

export const run: Verb<RunFlags> = {
  usage: 'run',
  description: 'bid for accounts under liquidation, within your limits, until Ctrl-C',
  examples: [
    'liquidation run --from mm',
    'liquidation run --max-notional 250000usd --min-edge 0.2% --fraction 50% --from mm --json',
  ],
  options,
  async run(session, _args, flags) {
    const { out, settings } = session;
    const [{ DEFAULT_LIMITS, runBidder }, { keySigner }] = await Promise.all([
      import('../../../bidder/index.ts'),
      import('../../../client/signer.ts'),
    ]);
    const limits = readLimits(flags, DEFAULT_LIMITS);
    const fundUusd = flags.fund === undefined ? {} : { fundUusd: parseUsd(flags.fund) };
    const { privateKey, kind } = await session.keys.signer();
    // A test key signs on its own chain only.
    const own = kind === 'test' ? settings.testnet?.chainId : undefined;
    const chainId = settings.chainId ?? own;
    const stop = new AbortController();
    const end = (): void => stop.abort();
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, end);
    const report = (event: BidderEvent): void =>
      out.entry(entryOf(session, event), () => `${timeOf(session)} ${lineOf(event)}`);
    try {
      await runBidder(
        {
          ...{ url: settings.node, signer: keySigner(privateKey), limits, report, ...fundUusd },
          subaccount: settings.subaccount,
          ...(chainId === undefined ? {} : { chainId }),
        },
        stop.signal,
      );
    } catch (error) {
      throw error instanceof ClientError ? failureOf(error) : error;
    } finally {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, end);
    }
  },
};

function failureOf(error: ClientError): CliError {
  if (error instanceof Refusal) return new RefusedError(error, error.message, null, error.tx);
  return new CliError(exitCodes.usage, error.message, 'Check --node, --chain-id.');
}

const timeOf = ({ clock }: Session): string => new Date(clock()).toISOString().slice(11, 19);

function entryOf({ clock }: Session, event: BidderEvent): unknown {
  return { time: new Date(clock()).toISOString(), ...(toJson(plain(event)) as object) };
}

const plain = (event: BidderEvent): object =>
  event.kind === 'bid' ? { ...event, notionals: Object.fromEntries(event.notionals) } : event;

const PASSES: Readonly<Record<Pass, string>> = {
  closed: 'no bids are taken now',
  notLive: 'a price is not live',
  unlike: 'its marked value is not what the chain’s records make it',
  nothing: 'there is nothing to sell',
  tooDear: 'too dear yet',
  noRoom: 'no room within the limits',
};

const percent = (part: number | bigint, whole: number): string =>
  `${((Number(part) / whole) * 100).toFixed(4)}%`;

function lineOf(event: BidderEvent): string {
  if ('accountId' in event) {
    return `height ${event.height}, account ${event.accountId}: ${ofAccount(event)}`;
  }
  switch (event.kind) {
    case 'started':
      return `bidding for ${event.owner}, subaccount ${event.subaccount}`;
    case 'deposited':
      return `deposited ${formatUsd(event.amountUusd)} USD`;
    case 'trouble':
      return `${event.message} Trying again.`;
    case 'stopped': {
      const { bids, filled, refused, lost } = event.totals;
      return `stopped: ${bids} bids, ${filled} filled, ${refused} refused, ${lost} lost`;
    }
  }
}

function ofAccount(event: Extract<BidderEvent, { accountId: bigint }>): string {
  switch (event.kind) {
    case 'bid': {
      const { fractionPpb, limitPpm, leastPayoutUusd, isInsolvent, edgeUusd } = event;
      const price = isInsolvent
        ? `if its fund pays ${formatUsd(leastPayoutUusd)} USD for all of it`
        : `at up to ${percent(limitPpm, 1e6)} of its marked value`;
      const edge = `edge ${formatUsd(edgeUusd)} USD now`;
      return `bid for ${percent(fractionPpb, 1e9)} ${price}; ${edge}`;
    }
    case 'cleared':
      return event.filledPpb === 0n
        ? 'the bid got nothing'
        : `got ${percent(event.filledPpb, 1e9)} of it`;
    case 'passed':
      return `no bid: ${PASSES[event.why]}`;
    case 'refused':
      return `refused [${event.codespace}/${event.code}]: ${event.message}`;
    case 'lost':
      return `its answer is lost, no bids until it cannot come any more: ${event.message}`;
  }
}
