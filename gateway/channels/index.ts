import { bookChannels } from './bookChannels.ts';
import { chartChannel } from './chartChannel.ts';
import { marketChannels } from './marketChannels.ts';
import { userChannels } from './userChannels.ts';
import type { Channel } from './source.ts';

/** All channels; of two that fit the first one counts. */
export const channels: readonly Channel[] = [
  ...bookChannels,
  ...marketChannels,
  chartChannel,
  ...userChannels,
];
