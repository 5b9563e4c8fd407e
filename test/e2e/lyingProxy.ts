import { TextServer } from '../harness/textServer.ts';

export interface Asked {
  readonly id: number | string;
  readonly method: string;
  readonly params: Record<string, unknown>;
}

/** What the proxy answers in place of the node's text; `ask` puts another question to the node. */
export type Lie = (
  asked: Asked,
  truth: string,
  ask: (asked: Asked) => Promise<string>,
) => string | Promise<string>;

const honest: Lie = (_asked, truth) => truth;

/** Stands in front of a node's RPC and passes everything on, until it is told how to lie. */
export class LyingProxy {
  lie: Lie = honest;
  readonly #target: string;
  readonly #server: TextServer;

  constructor(target: string) {
    this.#target = target;
    this.#server = new TextServer((body, path) => this.#answer(body, path));
  }

  listen(): Promise<string> {
    return this.#server.listen();
  }

  close(): Promise<void> {
    return this.#server.close();
  }

  async #answer(body: string, path: string): Promise<string> {
    // A question that is no JSON-RPC call (`/net_info`) goes through as it is.
    if (body === '') return (await fetch(this.#target + path)).text();
    const asked = JSON.parse(body) as Asked;
    return this.lie(asked, await this.#ask(asked), (other) => this.#ask(other));
  }

  async #ask(asked: Asked): Promise<string> {
    const response = await fetch(this.#target, { method: 'POST', body: JSON.stringify(asked) });
    return response.text();
  }
}

export interface QueryAnswer {
  readonly response: {
    value: string | null;
    height: string;
    log?: string;
    proofOps: { ops: { data: string }[] } | null;
  };
}
interface CommitAnswer {
  readonly signed_header: {
    readonly header: Record<string, string>;
    readonly commit: {
      readonly height: string;
      readonly signatures: {
        signature: string | null;
        block_id_flag: number;
        validator_address: string;
        timestamp: string;
      }[];
    };
  };
}
interface ValidatorsAnswer {
  readonly validators: { pub_key: { value: string }; voting_power: string }[];
}

interface Answers {
  readonly abci_query: QueryAnswer;
  readonly commit: CommitAnswer;
  readonly validators: ValidatorsAnswer;
}

/** Changes the parsed result of one method's answers. */
export function altering<M extends keyof Answers>(
  method: M,
  change: (result: Answers[M], asked: Asked) => void,
): Lie {
  return (asked, truth) => {
    if (asked.method !== method) return truth;
    const answer = JSON.parse(truth) as { result?: Answers[M] };
    if (answer.result !== undefined) change(answer.result, asked);
    return JSON.stringify(answer);
  };
}

/** Flips a bit of bytes in base64. */
export function flipped(base64: string, at: number): string {
  const bytes = Buffer.from(base64, 'base64');
  bytes[at % bytes.length]! ^= 1;
  return bytes.toString('base64');
}
