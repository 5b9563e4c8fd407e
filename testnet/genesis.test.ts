import { describe, expect, it } from '@jest/globals';
import { engineGenesis, validatorAddress } from './genesis.ts';

/** A key and its address as `cometbft testnet` printed them. */
const pubkey = new Uint8Array(
  Buffer.from('rNtUZ1BZy+A5jnxoeYdxfbGkZVlu7qT30NvOYl65GOM=', 'base64'),
);
const address = '4867F0ED33091DE7E4505535AAAFBD0DDBDF7C4E';

describe('the genesis', () => {
  const appState = { bank: {} };
  const genesis = engineGenesis([{ index: 0, home: '', pubkey }], appState, 1_800_000_000_000);

  it('carries the state of the application, and the validators by their keys', () => {
    expect(validatorAddress(pubkey)).toBe(address);
    expect(genesis).toMatchObject({
      chain_id: 'tenor-local-1',
      genesis_time: '2027-01-15T08:00:00.000Z',
      app_state: appState,
      validators: [{ address, power: '100', name: 'validator0' }],
    });
  });

  it('has vote extensions from the first block on, and blocks of up to 8 MB', () => {
    expect(genesis).toMatchObject({
      consensus_params: {
        abci: { vote_extensions_enable_height: '1' },
        block: { max_bytes: '8388608', max_gas: '-1' },
      },
    });
  });
});
