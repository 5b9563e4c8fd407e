import { call } from './rpc.ts';

const COMMITTED = 2;

interface Commit {
  readonly signed_header: {
    readonly header: { readonly time: string };
    readonly commit: { readonly signatures: readonly { readonly block_id_flag: number }[] };
  };
}

export interface Votes {
  /** Votes that are missing in the commits, as a share of all. */
  readonly lost: number;
  readonly blocks: number;
  /** From block to block, by their times. */
  readonly intervalMs: number;
}

/** How the validators voted on a range of heights; the commit of the last is in the next block. */
export async function votesOf(rpc: string, from: number, to: number): Promise<Votes> {
  const commits: Commit[] = [];
  for (let height = from; height <= to; height++) {
    commits.push(await call<Commit>(rpc, 'commit', { height: String(height) }));
  }
  const signatures = commits.flatMap(({ signed_header: header }) => header.commit.signatures);
  const timeMs = ({ signed_header: { header } }: Commit) => Date.parse(header.time);
  return {
    lost: signatures.filter((s) => s.block_id_flag !== COMMITTED).length / signatures.length,
    blocks: to - from,
    intervalMs: (timeMs(commits.at(-1)!) - timeMs(commits[0]!)) / (to - from),
  };
}
