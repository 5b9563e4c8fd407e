import { Ajv2020 } from 'ajv/dist/2020.js';

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly example?: unknown;
}

interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly example: object }>>;
  };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, object>> }>
  >;
}

export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: object;
}

/** How one example of the document was answered. */
export interface Answered {
  readonly path: string;
  readonly verb: string;
  readonly status: number;
  /** What is not as the document says. */
  readonly misfits: readonly string[];
}

const JSON_TYPE = 'application/json';

/** Asks a node what its own document gives as examples; `names` stand for a chain's own things. */
export class OpenApiExamples {
  readonly #url: string;
  readonly #document: Document;
  readonly #names: Readonly<Record<string, unknown>>;
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true, formats: { int64: true } });

  constructor(url: string, document: Document, names: Readonly<Record<string, unknown>>) {
    this.#url = url;
    this.#document = document;
    this.#names = names;
    this.#ajv.addFormat('date-time', /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/);
    const { components, paths } = document;
    this.#ajv.addSchema({ $id: 'openapi', components, paths });
  }

  async ask(path: string, verb: string): Promise<Answered> {
    const operation = this.#document.paths[path]![verb]!;
    const response = await fetch(this.#urlOf(path, operation.parameters ?? []), {
      method: verb.toUpperCase(),
      signal: AbortSignal.timeout(20_000),
      ...this.#body(operation),
    });
    const text = await response.text();
    const status = String(response.status);
    const told = operation.responses[status];
    if (told === undefined)
      return { path, verb, status: response.status, misfits: ['undocumented'] };
    const misfits = JSON_TYPE in (told.content ?? {}) ? this.#check(path, verb, status, text) : [];
    return { path, verb, status: response.status, misfits };
  }

  #value({ name, example }: Parameter): string {
    return String(this.#names[name] ?? example);
  }

  #urlOf(path: string, parameters: readonly Parameter[]): string {
    const asked = parameters.filter((one) => one.in === 'query' && one.example !== undefined);
    const query = new URLSearchParams(asked.map((one) => [one.name, this.#value(one)]));
    const filled = path.replace(/\{(\w+)\}/g, (_all, name: string) =>
      encodeURIComponent(this.#value(parameters.find((one) => one.name === name)!)),
    );
    return `${this.#url}${filled}${asked.length === 0 ? '' : `?${query.toString()}`}`;
  }

  #body({ requestBody }: Operation): RequestInit {
    if (requestBody === undefined) return {};
    const { example } = requestBody.content[JSON_TYPE]!;
    const own = Object.entries(example).map(([name, value]) => [
      name,
      this.#names[name] ?? (value as unknown),
    ]);
    const body = JSON.stringify(Object.fromEntries(own));
    return { body, headers: { 'content-type': JSON_TYPE } };
  }

  #check(path: string, verb: string, status: string, text: string): string[] {
    const part = (name: string) =>
      encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'));
    const pointer = `${part(path)}/${verb}/responses/${status}/content/${part(JSON_TYPE)}/schema`;
    const check = this.#ajv.compile({ $ref: `openapi#/paths/${pointer}` });
    if (check(JSON.parse(text))) return [];
    return check.errors!.map(
      ({ instancePath, message }) => `${instancePath} ${message!} in ${text.slice(0, 200)}`,
    );
  }
}
