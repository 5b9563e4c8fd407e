import { fromHex } from '@cosmjs/encoding';
import { keySigner } from '../../client/signer.ts';
import { remember } from './remembered.ts';
import { setWallet } from './wallet.ts';

export interface TestAccount {
  readonly name: string;
  readonly address: string;
  /** In hex; of a network that is worth nothing. */
  readonly privateKey: string;
}

/** Those that the node of a local network hands out. */
export async function testAccounts(): Promise<readonly TestAccount[]> {
  const answer = await fetch('test-accounts.json');
  if (!answer.ok) throw new Error('This node hands out no test accounts.');
  return (await answer.json()) as readonly TestAccount[];
}

export function takeTestAccount({ name, address, privateKey }: TestAccount): void {
  setWallet({ kind: 'test', name, owner: address }, { owner: keySigner(fromHex(privateKey)) });
  remember({ kind: 'test', name });
}
