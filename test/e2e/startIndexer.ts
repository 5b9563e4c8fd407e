import { runIndexer } from '../../indexer/index.ts';

/** An indexer that keeps the history of a node's chain in a folder, and where it answers. */
export async function startIndexer(
  node: string,
  folder: string,
): Promise<{ readonly url: string; readonly stop: () => Promise<void> }> {
  const ignore = (): void => undefined;
  const end = new AbortController();
  let ended = Promise.resolve();
  const url = await new Promise<string>((onListening, onError) => {
    const options = { place: { folder }, listen: '127.0.0.1:0', node, marksEveryMs: 60_000 };
    const { now: clock } = Date;
    const { signal } = end;
    ended = runIndexer(
      { ...options, signal, clock },
      { onListening, onBlock: ignore, onTrouble: ignore, onError },
    );
    ended.catch(onError);
  });
  return {
    url,
    stop: () => {
      end.abort();
      return ended;
    },
  };
}
