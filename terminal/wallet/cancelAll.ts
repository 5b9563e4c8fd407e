import { heldText } from '../../client/heldText.ts';
import { act } from './act.ts';

/** Cancels all that rests, and says what an auction holds of it. */
export const cancelAll = () =>
  act('Cancelling', async (client) => {
    const { cancelled, triggers, held } = await client.cancelAll();
    const gone = `${cancelled} orders and quotes, ${triggers} triggers`;
    return ['All cancelled', [gone, heldText(held) ?? []].flat().join('; ')];
  });
