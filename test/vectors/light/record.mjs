// Records what a real node answers to a light client, for light/*.test.ts:
//
//   node test/vectors/light/record.mjs RPC GENESIS HEIGHT HEADER,… STORE/KEYHEX… > recorded.json
//
// HEIGHT is the state's, whose root is in the header after it; headers are recorded beside that.
import { readFileSync } from 'node:fs';

const [rpc, genesisPath, height, headers, ...keys] = process.argv.slice(2);

async function ask(method, params) {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
  const response = await fetch(rpc, { method: 'POST', body });
  const { result, error } = await response.json();
  if (error !== undefined) throw new Error(`${method}: ${JSON.stringify(error)}`);
  return result;
}

const { app_state: _, ...genesis } = JSON.parse(readFileSync(genesisPath, 'utf8'));
const recorded = { genesis, height: Number(height), blocks: {}, claims: [] };
for (const at of [...new Set([...headers.split(','), String(Number(height) + 1)])]) {
  const commit = await ask('commit', { height: at });
  const validators = await ask('validators', { height: at, page: '1', per_page: '100' });
  recorded.blocks[at] = { commit, validators };
}
for (const name of keys) {
  const [store, key] = name.split('/');
  const params = { path: `/store/${store}/key`, data: key, height, prove: true };
  recorded.claims.push({ store, key, answer: await ask('abci_query', params) });
}
process.stdout.write(`${JSON.stringify(recorded, null, 1)}\n`);
