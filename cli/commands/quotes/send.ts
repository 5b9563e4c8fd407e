import { readFileSync } from 'node:fs';
import * as clob from '../../../proto/gen/tenor.clob.v1.ts';
import { formatPrice, formatQuantity, parseQuantity, parseUsd } from '../../amounts.ts';
import { adviceFor } from '../../chain/advice.ts';
import { responseOf, type Outcome } from '../../../client/outcome.ts';
import { msgOf } from '../../../client/signTx.ts';
import { usageError } from '../../errors.ts';
import type { Session, TxFlags } from '../../session.ts';
import { outcomeJson, showSent } from '../showSent.ts';
import { txOptions, type Verb } from '../verb.ts';
import { readQuotes } from './readQuotes.ts';
import { readSpan } from './readSpan.ts';

interface GroupFlag extends TxFlags {
  readonly group: string;
}

interface LimitFlags extends TxFlags {
  readonly underlying: string;
  readonly quantity: string;
  readonly largest?: string;
  readonly delta?: string;
  readonly vega?: string;
  readonly window: string;
  readonly freeze: string;
}

function readFile(path: string): string {
  try {
    return readFileSync(path === '-' ? 0 : path, 'utf8');
  } catch (error) {
    throw usageError(`Cannot read ${path}: ${(error as Error).message}`);
  }
}

const who = (session: Session) => ({
  sender: session.keys.find(session.keys.from()).address,
  subaccount: session.settings.subaccount,
});

const right = (title: string) => ({ title, align: 'right' as const });

/** A row for each side that was sent, and what became of it. */
export function quoteRows(
  quotes: readonly clob.Quote[],
  { refusals }: clob.MsgMassQuoteResponse,
): string[][] {
  const codes = new Map(refusals.map(({ index, isBuy, code }) => [`${index}${isBuy}`, code]));
  return quotes.flatMap(({ series, bid, ask }, index) =>
    [bid, ask].flatMap((side, i) => {
      if (side === undefined) return [];
      const code = codes.get(`${index}${i === 0}`);
      const result = code === undefined ? (side.quantity === 0n ? 'taken back' : 'quoted') : null;
      const why = `[clob/${code}] ${adviceFor('clob', code ?? 0) ?? 'not quoted'}`;
      const [price, size] = [formatPrice(side.priceUusd), formatQuantity(side.quantity)];
      const terms = side.quantity === 0n ? ['–', '–'] : [price, size];
      return [[series, i === 0 ? 'bid' : 'ask', ...terms, result ?? why]];
    }),
  );
}

/** What became of each side of a message of quotes. */
function showQuotes({ out }: Session, quotes: readonly clob.Quote[], outcome: Outcome): void {
  const answer = responseOf(outcome, clob.MsgMassQuoteResponse)!;
  out.show(outcomeJson(outcome), () => {
    const columns = [{ title: 'SERIES' }, { title: 'SIDE' }, right('PRICE'), right('SIZE')];
    const table = out.table([...columns, { title: 'RESULT' }], quoteRows(quotes, answer));
    const [back, refused] = [answer.removed, answer.refusals.length];
    const removed = back === 0 ? '' : `, ${back} taken back`;
    const others = refused === 0 ? '' : `, ${refused} not quoted`;
    const place = `height ${outcome.height}, transaction ${outcome.hash}`;
    const summary = `${answer.quoted} sides quoted${removed}${others}`;
    return [table, summary, out.color.dim(place)].flat();
  });
}

export const set: Verb<GroupFlag> = {
  usage: 'set <file>',
  description: 'quote the series of a table, up to 100; - reads standard input',
  examples: ['quote set FILE.csv --group g1 --from mm'],
  options: (command) =>
    txOptions(command)
      .requiredOption('--group <name>', 'the group that quotes')
      .addHelpText(
        'after',
        `
The file, of which an empty side stays as it is and one of size 0 is taken back:
  series,bid,bid_size,ask,ask_size
  BTC-27DEC26-100000-C,1250,0.5,1260,0.5
  BTC-27DEC26-110000-C,,,840,0.2`,
      ),
  async run(session, [file], flags) {
    const quotes = readQuotes(readFile(file!));
    const msg = { ...who(session), group: flags.group, quotes };
    const signer = await session.keys.signer();
    const sent = await session.send(signer, [msgOf(clob.MsgMassQuote, msg, true)], flags);
    if (sent.outcome === null) showSent(session, sent, 'quoted');
    else showQuotes(session, quotes, sent.outcome);
  },
};

export const mmp: Verb<LimitFlags> = {
  usage: 'mmp <group>',
  description: 'market-maker protection: make a group of quotes, or size it anew',
  examples: [
    'quote mmp g1 --quantity 5 --delta 2 --vega 300 --window 1s --freeze 10s --from mm',
    'quote mmp eth --underlying ETH --quantity 50 --largest 5 --from mm',
  ],
  options: (command) =>
    txOptions(command)
      .option('--underlying <name>', 'what its series are of', 'BTC')
      .requiredOption('--quantity <contracts>', 'what may fill before the rest is pulled')
      .option('--largest <contracts>', 'the largest quote (default: the quantity)')
      .option('--delta <contracts>', 'net delta of the fills before the rest is pulled')
      .option('--vega <usd>', 'net vega, in USD for a point of volatility')
      .option('--window <time>', 'over which fills are counted', '1s')
      .option('--freeze <time>', 'without quotes after it was pulled; 0: until a reset', '10s'),
  async run(session, [group], flags) {
    const msg: clob.MsgSetQuoteGroup = {
      ...{ ...who(session), group: group!, underlying: flags.underlying.toUpperCase() },
      quantityLimit: parseQuantity(flags.quantity),
      maxQuote: flags.largest === undefined ? 0n : parseQuantity(flags.largest),
      deltaLimit: flags.delta === undefined ? 0n : parseQuantity(flags.delta),
      vegaLimitUusd: flags.vega === undefined ? 0n : readUsd(flags.vega),
      windowMs: readSpan(flags.window),
      freezeMs: readSpan(flags.freeze),
    };
    const signer = await session.keys.signer();
    const sent = await session.send(signer, [msgOf(clob.MsgSetQuoteGroup, msg, true)], flags);
    showSent(session, sent, `group ${msg.group} is set`);
  },
};

const readUsd = (text: string): bigint => parseUsd(/[a-z]$/i.test(text) ? text : `${text}usd`);

export const cancel: Verb<TxFlags & { readonly group?: string }> = {
  usage: 'cancel',
  description: 'take the quotes of a group out of the books, or all of them',
  examples: ['quote cancel --group g1 --from mm', 'quote cancel --from mm'],
  options: (command) => txOptions(command).option('--group <name>', 'of this group only'),
  async run(session, _, flags) {
    const msg = { ...who(session), group: flags.group ?? '' };
    const signer = await session.keys.signer();
    const sent = await session.send(signer, [msgOf(clob.MsgCancelQuotes, msg, true)], flags);
    showSent(session, sent, 'there was nothing to cancel');
  },
};

export const freeze: Verb<TxFlags & { readonly for: string }> = {
  usage: 'freeze <group>',
  description: 'take its quotes back, and take no more for a time',
  examples: ['quote freeze g1 --for 1m --from mm'],
  options: (command) =>
    txOptions(command).option('--for <time>', 'how long; 0: until it is reset', '0'),
  async run(session, [group], flags) {
    const msg = { ...who(session), group: group!, durationMs: readSpan(flags.for) };
    const signer = await session.keys.signer();
    const sent = await session.send(signer, [msgOf(clob.MsgFreezeQuoteGroup, msg, true)], flags);
    showSent(session, sent, `group ${msg.group} is frozen`);
  },
};

export const reset: Verb<TxFlags> = {
  usage: 'reset <group>',
  description: 'end its freeze, and count its fills from nothing',
  examples: ['quote reset g1 --from mm'],
  options: txOptions,
  async run(session, [group], flags) {
    const msg = { ...who(session), group: group! };
    const signer = await session.keys.signer();
    const sent = await session.send(signer, [msgOf(clob.MsgResetQuoteGroup, msg, true)], flags);
    showSent(session, sent, `group ${msg.group} is reset`);
  },
};

export const heartbeat: Verb<TxFlags & { readonly everything?: boolean }> = {
  usage: 'heartbeat <time>',
  description: 'cancel the quotes unless this comes again in time; 0 turns it off',
  examples: ['quote heartbeat 30s --from mm', 'quote heartbeat 5m --everything --from mm'],
  options: (command) => txOptions(command).option('--everything', 'orders too'),
  async run(session, [time], flags) {
    const msg = {
      ...{ ...who(session), timeoutMs: readSpan(time!) },
      everything: flags.everything ?? false,
    };
    const signer = await session.keys.signer();
    const sent = await session.send(signer, [msgOf(clob.MsgDeadManSwitch, msg, true)], flags);
    showSent(session, sent, msg.timeoutMs === 0 ? 'it is off' : `it goes off in ${time!}`);
  },
};
