import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { printable } from '../app/lib/printable.ts';
import { CliError, exitCodes } from './errors.ts';

/** The person at the keyboard, if there is one. Questions go to stderr: stdout is for results. */
export class Terminal {
  readonly #stdin: NodeJS.ReadStream;
  readonly #stderr: NodeJS.WritableStream & { readonly isTTY?: boolean | undefined };
  #piped: Promise<string[]> | null = null;

  constructor(
    stdin: NodeJS.ReadStream,
    stderr: NodeJS.WritableStream & { readonly isTTY?: boolean | undefined },
  ) {
    this.#stdin = stdin;
    this.#stderr = stderr;
  }

  /** Can a question be asked? */
  get isInteractive(): boolean {
    return this.#stdin.isTTY && this.#stderr.isTTY === true;
  }

  /** The next line of what is piped in, or null after the last. */
  async nextLine(): Promise<string | null> {
    this.#piped ??= readLines(this.#stdin);
    return (await this.#piped).shift() ?? null;
  }

  /** All that is piped in and not yet read. */
  async rest(): Promise<string> {
    this.#piped ??= readLines(this.#stdin);
    return (await this.#piped).splice(0).join('\n');
  }

  /** Asks for a secret without showing it: a line, or lines until they are `whole`. */
  async secret(question: string, whole: (text: string) => boolean = () => true): Promise<string> {
    this.#stderr.write(printable(question));
    const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
    try {
      return await this.#ask(nowhere, '', whole);
    } finally {
      this.#stderr.write('\n');
    }
  }

  /** True when the answer is yes. */
  async confirm(question: string): Promise<boolean> {
    const answer = await this.#ask(this.#stderr, `${printable(question)} [y/N] `, () => true);
    return /^y(es)?$/i.test(answer.trim());
  }

  #ask(
    output: NodeJS.WritableStream,
    question: string,
    whole: (text: string) => boolean,
  ): Promise<string> {
    return new Promise((resolve, reject) => {
      const lines = createInterface({ input: this.#stdin, output, terminal: true });
      const given: string[] = [];
      lines.on('SIGINT', () => lines.close());
      lines.on('close', () => reject(new CliError(exitCodes.usage, 'Stopped.')));
      lines.on('line', (line) => {
        given.push(line);
        const text = given.join('\n');
        if (!whole(text)) return;
        resolve(text);
        lines.close();
      });
      lines.setPrompt(question);
      lines.prompt();
    });
  }
}

async function readLines(stdin: NodeJS.ReadStream): Promise<string[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk as Buffer));
  return Buffer.concat(chunks).toString().replace(/\n$/, '').split(/\r?\n/);
}
