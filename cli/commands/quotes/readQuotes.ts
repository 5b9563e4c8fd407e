import type * as clob from '../../../proto/gen/tenor.clob.v1.ts';
import { parsePrice, parseQuantity } from '../../amounts.ts';
import { CliError, usageError } from '../../errors.ts';

const COLUMNS = ['series', 'bid', 'bid_size', 'ask', 'ask_size'] as const;

/**
 * Quotes from a table of `series,bid,bid_size,ask,ask_size`, a line each. An empty side stays as it
 * is; one of size 0 is taken back.
 * @throws CliError with the number of the line
 */
export function readQuotes(text: string): clob.Quote[] {
  const [header, ...lines] = text
    .split(/\r?\n/)
    .map((line, i) => ({ cells: line.split(',').map((cell) => cell.trim()), number: i + 1 }))
    .filter(({ cells }) => cells.join('') !== '' && !cells[0]!.startsWith('#'));
  if (header?.cells.join() !== COLUMNS.join()) {
    throw usageError(`The first line of the file is ${COLUMNS.join()}.`);
  }
  if (lines.length === 0) throw usageError('The file holds no quotes.');
  return lines.map(({ cells, number }) => {
    try {
      return readLine(cells);
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      throw usageError(`Line ${number}: ${error.message}`, error.advice ?? undefined);
    }
  });
}

function readLine(cells: readonly string[]): clob.Quote {
  if (cells.length !== COLUMNS.length) {
    throw usageError(`it has ${cells.length} cells, not ${COLUMNS.length}.`);
  }
  const [series, bid, bidSize, ask, askSize] = cells as [string, string, string, string, string];
  const [bidSide, askSide] = [readSide(bid, bidSize), readSide(ask, askSize)];
  if (bidSide === undefined && askSide === undefined) throw usageError('it quotes neither side.');
  return {
    series: series.toUpperCase(),
    ...(bidSide === undefined ? {} : { bid: bidSide }),
    ...(askSide === undefined ? {} : { ask: askSide }),
  };
}

function readSide(price: string, size: string): clob.QuoteSide | undefined {
  if (price === '' && size === '') return undefined;
  if (/^0+(\.0+)?$/.test(size)) return { priceUusd: 0n, quantity: 0n };
  if (price === '' || size === '') throw usageError('a side has a price and a size.');
  return { priceUusd: parsePrice(price), quantity: parseQuantity(size) };
}
