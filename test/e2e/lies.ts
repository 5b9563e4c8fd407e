import { QuerySettlementResponse } from '../../proto/gen/tenor.options.v1.ts';
import { fromBinary } from '../../app/lib/bytes.ts';
import { recordKey, records } from '../../app/lib/records.ts';
import { altering, flipped } from './lyingProxy.ts';
import type { Asked, Lie, QueryAnswer } from './lyingProxy.ts';

const isProof = (path: unknown) => String(path).startsWith('/store/');

/** The same of a height that every node still has. */
const older = (asked: Asked): Asked => ({
  ...asked,
  params: { ...asked.params, height: String(Number(asked.params['height']) - 5) },
});

/** What is told, how, and the exit code and message that catch it. */
export const lies: readonly (readonly [string, Lie, number, RegExp])[] = [
  [
    'another value',
    altering('abci_query', ({ response }, { params }) => {
      if (isProof(params['path'])) response.value = Buffer.from('999999').toString('base64');
    }),
    6,
    /the value is not what the app hash commits to/,
  ],
  [
    'no value where there is one',
    altering('abci_query', ({ response }, { params }) => {
      if (isProof(params['path'])) response.value = null;
    }),
    6,
    /the value is not what the app hash commits to/,
  ],
  [
    'a changed proof',
    altering('abci_query', ({ response }) => {
      const [lower] = response.proofOps?.ops ?? [];
      if (lower !== undefined) lower.data = flipped(lower.data, 300);
    }),
    6,
    /proof|app hash commits/,
  ],
  [
    'a changed proof of the store',
    altering('abci_query', ({ response }) => {
      const upper = response.proofOps?.ops[1];
      if (upper !== undefined) upper.data = flipped(upper.data, 20);
    }),
    6,
    /proof of the store|canonical/,
  ],
  [
    'the state of an older height',
    async (asked, truth, ask) => {
      if (asked.method !== 'abci_query' || !isProof(asked.params['path'])) return truth;
      return ask(older(asked));
    },
    6,
    /asked for the state of height/,
  ],
  [
    'the state of an older height as if of this one',
    async (asked, truth, ask) => {
      if (asked.method !== 'abci_query' || !isProof(asked.params['path'])) return truth;
      const { height } = asked.params;
      const old = await ask(older(asked));
      const answer = JSON.parse(old) as { result: QueryAnswer };
      answer.result.response.height = String(height);
      return JSON.stringify(answer);
    },
    6,
    /does not lead to the app hash of the header/,
  ],
  [
    'the proof of another key',
    async (asked, truth, ask) => {
      if (asked.method !== 'abci_query' || !isProof(asked.params['path'])) return truth;
      const data = Buffer.from(fromBinary(recordKey(records.supplies, 'uusd'))).toString('hex');
      return ask({ ...asked, params: { ...asked.params, data } });
    },
    6,
    /the proof is of another key/,
  ],
  [
    'a changed header',
    altering('commit', ({ signed_header: { header } }) => {
      header['app_hash'] = 'AB'.repeat(32);
    }),
    6,
    /has not the hash that was signed/,
  ],
  [
    'an older block',
    async (asked, truth, ask) => {
      if (asked.method !== 'commit') return truth;
      return ask({ ...asked, params: { height: '2' } });
    },
    6,
    /asked for block \d+, got block 2/,
  ],
  [
    'a commit with fewer signatures',
    altering('commit', ({ signed_header: { commit } }) => {
      for (const vote of commit.signatures.slice(1)) {
        Object.assign(vote, { block_id_flag: 1, validator_address: '', signature: null });
        vote.timestamp = '0001-01-01T00:00:00Z';
      }
    }),
    6,
    /only 100 of 300 power signed/,
  ],
  [
    'a wrong signature',
    altering('commit', ({ signed_header: { commit } }) => {
      const vote = commit.signatures.find(({ signature }) => signature !== null)!;
      vote.signature = flipped(vote.signature!, 7);
    }),
    6,
    /the signature of validator [0-9A-F]{40} under block \d+ is wrong/,
  ],
  [
    'a forged set of validators',
    altering('validators', ({ validators }) => {
      for (const validator of validators)
        validator.pub_key.value = flipped(validator.pub_key.value, 3);
    }),
    6,
    /are not those that its header commits to/,
  ],
  [
    'more power for one validator',
    altering('validators', ({ validators }) => {
      validators[0]!.voting_power = '100000';
    }),
    6,
    /are not those that its header commits to/,
  ],
  [
    'an answer that is cut off',
    (asked, truth) => (asked.method === 'commit' ? truth.slice(0, 500) : truth),
    3,
    /not the answer of a node/,
  ],
  [
    'no proof',
    altering('abci_query', ({ response }, { params }) => {
      if (isProof(params['path'])) response.proofOps = null;
    }),
    7,
    /no proof of bank\/balances came/,
  ],
];

/** Says nothing of the first sample of a settlement. */
export const hidesASample: Lie = altering('abci_query', ({ response }, { params }) => {
  if (!String(params['path']).endsWith('Query/Settlement')) return;
  const answer = QuerySettlementResponse.decode(Buffer.from(response.value!, 'base64'));
  const less = { ...answer, samples: answer.samples.slice(1) };
  const value = Buffer.from(QuerySettlementResponse.encode(less)).toString('base64');
  Object.assign(response, { value });
});
