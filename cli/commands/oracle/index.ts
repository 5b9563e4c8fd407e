import type { Command } from 'commander';
import { Group, type Open } from '../verb.ts';
import { prices } from './prices.ts';
import { reportCard } from './reportCard.ts';
import { sources } from './sources.ts';
import { surface } from './surface.ts';
import { volIndex } from './volIndex.ts';
import { votes } from './votes.ts';

export const oracleGroup = (root: Command, open: Open): Group =>
  new Group(root, open, 'oracle', 'prices that the validators vote')
    .verb(prices)
    .verb(votes)
    .verb(surface)
    .verb(volIndex)
    .verb(sources)
    .verb(reportCard);
