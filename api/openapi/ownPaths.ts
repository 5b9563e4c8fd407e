import * as margin from '../../proto/gen/tenor.margin.v1.ts';
import { answers } from './answers.ts';
import { ADDRESS } from './examples.ts';
import { json } from './gatewayPaths.ts';
import type { Operation, Parameter } from './gatewayPaths.ts';
import { int64, integer, list, ownField, string } from './schema.ts';
import type { Messages, Schema } from './schema.ts';

/** What cannot be told from a route: its sentence, and what its parameters mean. */
interface Described {
  readonly tag: string;
  readonly summary: string;
  readonly query?: readonly (keyof typeof QUERY)[];
}

const count = (description: string, example: number) => ({ schema: integer, description, example });
const name = (description: string, example: string) => ({ schema: string, description, example });

/** Parameters in paths: the same name means the same everywhere. */
const IN_PATH: Readonly<Record<string, Omit<Parameter, 'name' | 'in'>>> = {
  series: name('The symbol of a series.', 'BTC-27DEC26-100000-C'),
  underlying: name('An underlying.', 'BTC'),
  address: name('An account.', ADDRESS),
  subaccount: count('A subaccount of it, from 0.', 0),
  order: name("An order's id, or the client's with by=client.", '1'),
  account: count('A subaccount by its id.', 1),
  expiry: name('An expiry, or its Unix seconds.', '27DEC26'),
  validator: name('A consensus address in hexadecimal.', 'A'.repeat(40)),
};

const QUERY = {
  underlying: name('Of one underlying alone.', 'BTC'),
  series: name('Of one series alone.', 'BTC-27DEC26-100000-C'),
  expiry: name('Of one expiry alone: 27DEC26, 27DEC26T0915, or Unix seconds.', '27DEC26'),
  after: count('Go on behind this: what the page before told as next.', 0),
  limit: count('At most so many.', 3),
  depth: count('Levels of each side: up to 200 of a book, up to 50 of each in a chain.', 5),
  by: { schema: { type: 'string', enum: ['id', 'client'] }, description: 'What names the order.' },
  module: name('Of one module alone.', 'clob'),
  trade: {
    schema: list(string),
    description: 'SERIES:QUANTITY[@PRICE]: 1e-4 contracts, negative sells; uusd a contract.',
  },
  index: { schema: list(string), description: 'Millionths by which an index moves: BTC:-200000.' },
  vol: { schema: list(string), description: 'Millionths by which volatilities move.' },
  cash: { schema: int64, description: 'uusd that come in.', example: '0' },
} satisfies Record<string, Omit<Parameter, 'name' | 'in'>>;

const WHAT_IF = '/tenor/v1/accounts/:address/:subaccount/what-if';

/** Every path of our own; a test compares this with the routes. */
export const described: Readonly<Record<string, Described>> = {
  '/tenor/v1/markets': {
    ...{ tag: 'markets', summary: 'Series, with marks and best prices.' },
    query: ['underlying', 'expiry', 'after', 'limit'],
  },
  '/tenor/v1/markets/:series': { tag: 'markets', summary: 'One series.' },
  '/tenor/v1/markets/:series/book': {
    ...{ tag: 'markets', summary: 'The book of a series, by price.' },
    query: ['depth'],
  },
  '/tenor/v1/chain/:underlying': {
    ...{ tag: 'markets', summary: 'All series of an expiry: the next one unless one is named.' },
    query: ['expiry', 'depth'],
  },
  '/tenor/v1/surface/:underlying': { tag: 'oracle', summary: 'The volatility surface.' },
  '/tenor/v1/oracle/prices': { tag: 'oracle', summary: 'Index prices and stablecoins.' },
  '/tenor/v1/oracle/vol-index/:underlying': {
    ...{ tag: 'oracle', summary: 'The 30-day implied volatility; null while there is none.' },
  },
  '/tenor/v1/oracle/votes': { tag: 'oracle', summary: 'What each validator said last.' },
  '/tenor/v1/oracle/report-card': { tag: 'oracle', summary: 'How well validators report.' },
  '/tenor/v1/oracle/report-card/:validator': { tag: 'oracle', summary: 'How well one reports.' },
  '/tenor/v1/oracle/sources': { tag: 'oracle', summary: 'The sources that validators use.' },
  '/tenor/v1/accounts/:address/:subaccount': {
    ...{ tag: 'accounts', summary: 'Balances, positions, orders and margin of a subaccount.' },
  },
  [WHAT_IF]: {
    ...{ tag: 'accounts', summary: 'What trades and a shocked market would do to a margin.' },
    query: ['trade', 'index', 'vol', 'cash'],
  },
  '/tenor/v1/accounts/:address/:subaccount/orders/:order': {
    ...{ tag: 'accounts', summary: 'One order, open or ended not long ago.', query: ['by'] },
  },
  '/tenor/v1/accounts/:address/:subaccount/triggers': { tag: 'accounts', summary: 'Its triggers.' },
  '/tenor/v1/auctions': {
    ...{ tag: 'markets', summary: 'Series in an auction.', query: ['series', 'underlying'] },
  },
  '/tenor/v1/limits/:address': { tag: 'accounts', summary: 'What an account may do, by equity.' },
  '/tenor/v1/liquidations': { tag: 'liquidations', summary: 'Accounts in liquidation.' },
  '/tenor/v1/liquidations/:account/steps': {
    ...{ tag: 'liquidations', summary: 'What was done to an account.', query: ['after', 'limit'] },
  },
  '/tenor/v1/liquidations/:account/auction': {
    ...{ tag: 'liquidations', summary: 'The auction of an account, if one runs.' },
  },
  '/tenor/v1/trades': {
    ...{ tag: 'markets', summary: 'The last trades, the newest first.' },
    query: ['series', 'underlying', 'limit'],
  },
  '/tenor/v1/settlements/:expiry': {
    ...{ tag: 'markets', summary: 'What an expiry settles at, and the samples behind that.' },
    query: ['underlying', 'after', 'limit'],
  },
  '/tenor/v1/params': {
    ...{ tag: 'chain', summary: 'Parameters of the modules.', query: ['module'] },
  },
  '/tenor/v1/validators': { tag: 'chain', summary: 'Validators and their powers.' },
  '/tenor/v1/funds': { tag: 'chain', summary: 'Insurance funds.' },
  '/tenor/v1/sessions/:address': { tag: 'accounts', summary: 'Session keys of an account.' },
};

const HEIGHT: Parameter = {
  ...{ name: 'height', in: 'query', schema: integer, example: 0 },
  description: 'A height that the node still has; 0 is the last one.',
};

const refusal = (description: string) => json(description, { $ref: '#/components/schemas/Error' });

const responses = (answer: Schema) => ({
  200: json('The answer.', answer),
  400: refusal('What is asked for cannot be read.'),
  404: refusal('It is not there.'),
  503: refusal('Too many requests wait.'),
});

/** The paths of our own. */
export function ownPaths(messages: Messages): Record<string, Record<string, Operation>> {
  const answerOf = answers(messages);
  const paths = Object.entries(described).map(([path, { tag, summary, query = [] }]) => {
    const inPath = [...path.matchAll(/:(\w+)/g)].map(([, each]) => ({
      ...{ name: each!, in: 'path', required: true, ...IN_PATH[each!]! },
    }));
    const inQuery = query.map((each) => ({ name: each, in: 'query', ...QUERY[each] }));
    const answer = responses(answerOf[path]!);
    const get = { tags: [tag], summary, parameters: [...inPath, ...inQuery, HEIGHT] };
    const operations: Record<string, Operation> = { get: { ...get, responses: answer } };
    if (path === WHAT_IF) {
      const post = { tags: [tag], summary, parameters: [...inPath, HEIGHT], responses: answer };
      operations['post'] = { ...post, requestBody: whatIfBody(messages) };
    }
    return [path.replace(/:(\w+)/g, '{$1}'), operations] as const;
  });
  return Object.fromEntries(paths);
}

/** All may be left out, as may what a shock leaves as it is. */
function whatIfBody(messages: Messages) {
  const asked = ['trades', 'cashUusd'];
  const fields = margin.QueryWhatIfRequest.fields.filter((one) => asked.includes(one.name));
  const shock = { underlying: string, indexPpm: integer, volPpm: integer };
  const properties = {
    ...Object.fromEntries(fields.map((one) => [one.name, ownField(one, messages)])),
    shocks: list({ type: 'object', properties: shock, additionalProperties: false }),
  };
  const schema = { type: 'object', properties, additionalProperties: false };
  const example = { trades: [], shocks: [{ indexPpm: -200_000 }], cashUusd: '0' };
  return { content: { 'application/json': { schema, example } } };
}
