import { expect, it } from '@jest/globals';
import * as say from './amountText.ts';

it.each([
  [say.usdText(1_084_450_000n), '1,084.45 USD'],
  [say.usdText(1n), '0.000001 USD'],
  [say.usdText(-3n), '-0.000003 USD'],
  [say.shortfallText(4_001n), '0.01 USD'],
  [say.shortfallText(20_000n), '0.02 USD'],
  [say.contractsText(50n), '0.005 contracts'],
  [say.contractsText(10_000n), '1 contract'],
  [say.contractsText(50_000_000n), '5,000 contracts'],
  [say.coinText(2_500_000n, 'utenor'), '2.5 TENOR'],
  [say.coinText(7n, 'x'), '7 x'],
  [say.choiceText(['1']), '1'],
  [say.choiceText(['1', '2', '3']), '1, 2 or 3'],
])('%s', (text, expected) => expect(text).toBe(expected));
