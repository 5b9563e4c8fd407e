import { effect, useSignal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { fromJson } from '../../../proto/json.ts';
import { Explanation } from '../../../proto/gen/tenor.margin.v1.ts';
import { getJson } from '../../store/network.ts';
import { block } from '../../store/streams.ts';
import type { Margin } from './accountData.ts';

/** A margin and what it was computed from, of one block. */
export interface Explained {
  readonly height: number;
  readonly timeMs: number;
  readonly explanation: Explanation;
  /** As the account's stream has it. */
  readonly margin: Margin;
}

interface Answer {
  readonly explanation: { readonly margin?: Margin | null } | null;
}

/** Blocks may come faster than anybody reads. */
const LEAST_MS = 500;
/** What is further behind the chain is no longer shown as what is. */
const BLOCKS_BEHIND_MAX = 3;

/** REST says null where there is nothing; a message leaves it out. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([, each]) => each !== null);
  return Object.fromEntries(kept.map(([key, each]) => [key, withoutNulls(each)]));
}

interface At {
  readonly height: number;
  readonly timeMs: number;
}

async function ask(path: string, { height, timeMs }: At): Promise<Explained | null> {
  const { explanation } = await getJson<Answer>(`${path}?height=${height}`);
  const margin = explanation?.margin ?? null;
  if (explanation === null || margin === null) return null;
  const whole = fromJson(Explanation, withoutNulls(explanation));
  return { height, timeMs, margin, explanation: whole };
}

/** Asks with every block, one question at a time; what it returns ends it. */
function follow(path: string, told: (answer: Explained | null) => void): () => void {
  let last: Explained | null = null;
  let asked = 0;
  let isOver = false;
  let isWaiting = false;
  const turn = async (at: At): Promise<void> => {
    asked = at.height;
    isWaiting = true;
    const pause = new Promise((resolve) => setTimeout(resolve, LEAST_MS));
    last = await ask(path, at).catch(() =>
      last !== null && last.height + BLOCKS_BEHIND_MAX >= at.height ? last : null,
    );
    if (!isOver) told(last);
    await pause;
    isWaiting = false;
    follows();
  };
  const follows = () => {
    const at = block.peek();
    if (!isOver && !isWaiting && at.height > asked) void turn(at);
  };
  const stop = effect(() => {
    if (block.value.height > 0) follows();
  });
  return () => {
    isOver = true;
    stop();
  };
}

/**
 * The margin of an account with all that it was made of, as one block has both, so that what is
 * explained is what is shown; null while there is nothing to explain.
 */
export function useExplained(owner: string, number: number): ReadonlySignal<Explained | null> {
  const explained = useSignal<Explained | null>(null);
  useEffect(() => {
    explained.value = null;
    const path = `/tenor/v1/accounts/${owner}/${number}`;
    return follow(path, (answer) => (explained.value = answer));
  }, [owner, number]);
  return explained;
}
