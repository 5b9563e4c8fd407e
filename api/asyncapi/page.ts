import type { asyncApiDocument } from './document.ts';

type Document = ReturnType<typeof asyncApiDocument>;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
const shown = (value: unknown): string =>
  `<pre><code>${escaped(JSON.stringify(value, null, 2))}</code></pre>`;

const STYLE = `
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem;
    color: #1d2733; background: #fff }
  pre { background: #f3f5f8; padding: .75rem; overflow-x: auto; font-size: 13px }
  h2 { margin-top: 2.5rem } h3 { margin-bottom: .25rem } summary { cursor: pointer }
  table { border-collapse: collapse } td, th { text-align: left; padding: .2rem 1rem .2rem 0 }`;

type Shown = Document['components']['messages'][string];

function messageSection({ name, summary, payload, ...rest }: Shown): string {
  const examples = 'examples' in rest ? rest.examples.map((one) => shown(one.payload)) : [];
  return [
    `<h3 id="${escaped(name)}">${escaped(name)}</h3><p>${escaped(summary)}</p>`,
    ...examples,
    `<details><summary>Schema</summary>${shown(payload)}</details>`,
  ].join('\n');
}

function table(caption: string, rows: object): string {
  const lines = Object.entries(rows).map(
    ([name, value]) => `<tr><td>${escaped(name)}</td><td>${escaped(String(value))}</td></tr>`,
  );
  return `<h2>${caption}</h2><table>${lines.join('')}</table>`;
}

/** The AsyncAPI document as a page that needs no script and asks no other server. */
export function streamsPage(document: Document): string {
  const { messages, schemas } = document.components;
  const of = (names: readonly { readonly $ref: string }[]) =>
    names.map(({ $ref }) => messageSection(messages[$ref.split('/').at(-1)!]!)).join('\n');
  const { ask, tell } = document.operations;
  const all = Object.entries(schemas).map(([name, schema]) => {
    const [id, title] = [`schema-${escaped(name)}`, escaped(name)];
    return `<details id="${id}"><summary>${title}</summary>${shown(schema)}</details>`;
  });
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Tenor: streams of a node</title>
    <link rel="icon" href="data:," />
    <style>${STYLE}</style>
  </head>
  <body>
    <h1>Streams</h1>
    <p>${escaped(document.info.description)}</p>
    <p><a href="/asyncapi.json">asyncapi.json</a> · <a href="/docs">paths</a></p>
    <h2>What clients say</h2>
    ${of(ask.messages)}
    <h2>What the node says</h2>
    ${of(tell.messages)}
    ${table('Codes with which a connection is closed', document['x-close-codes'])}
    ${table('Limits, unless a node has others', document['x-limits'])}
    <h2>Schemas</h2>
    ${all.join('\n')}
  </body>
</html>
`;
}
