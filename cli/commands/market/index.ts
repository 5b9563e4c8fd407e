import type { Command } from 'commander';
import { Group, type Open } from '../verb.ts';
import { marketCandles } from '../history/candles.ts';
import { marketAuctions } from './auctions.ts';
import { marketBook, marketTrades } from './book.ts';
import { marketChain } from './chain.ts';
import { marketList } from './list.ts';
import { marketSymbols } from './symbols.ts';
import { marketExpiries, marketSettlement, marketShow } from './show.ts';

export const marketGroup = (root: Command, open: Open): Group =>
  new Group(root, open, 'market', 'what is traded, and at which prices')
    .verb(marketList)
    .verb(marketSymbols)
    .verb(marketChain)
    .verb(marketBook)
    .verb(marketTrades)
    .verb(marketCandles)
    .verb(marketShow)
    .verb(marketExpiries)
    .verb(marketSettlement)
    .verb(marketAuctions);
