import type { TenorClient } from '../../client/index.ts';
import { toast } from '../store/toasts.ts';
import { client } from './wallet.ts';

/** A failure as a sentence, with the chain's own code where it has one (docs/errors.md). */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { codespace, code } = error as { codespace?: string; code?: number };
  return codespace === undefined ? error.message : `${error.message} [${codespace}/${code ?? 0}]`;
}

/**
 * Does something on the chain and says what became of it.
 * @param what as in `Order`, for the message of a failure
 * @param work what it returns is said: a title and a text; nothing when the title is empty
 * @param as `owner` for what no session may: money, modes, grants
 * @returns whether it went well
 */
export async function act(
  what: string,
  work: (client: TenorClient) => Promise<readonly [title: string, text: string]>,
  as: 'trader' | 'owner' = 'trader',
): Promise<boolean> {
  try {
    const [title, text] = await work(await client(as));
    if (title !== '') toast('good', title, text);
    return true;
  } catch (error) {
    toast('bad', `${what} failed`, reasonOf(error));
    return false;
  }
}
