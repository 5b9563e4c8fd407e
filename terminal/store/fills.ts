import { contracts, price, usd } from '../format/amounts.ts';
import { fillsOf } from '../format/fills.ts';
import { partsOf } from '../format/series.ts';
import { wallet } from '../wallet/wallet.ts';
import { useEvents } from './streams.ts';
import { toast } from './toasts.ts';

/** Says what was bought and sold, whoever came to whom. */
export function useFillToasts(): void {
  const owner = wallet.value?.owner;
  useEvents(owner === undefined ? null : `account:${owner}`, ({ fills }) => {
    for (const { symbol, isBuy, quantity, valueUusd, feeUusd } of fillsOf(fills, owner!)) {
      const title = `${isBuy ? 'Bought' : 'Sold'} ${contracts(quantity)} ${partsOf(symbol).text}`;
      toast('good', title, `at ${price(valueUusd / quantity)}, fee ${usd(feeUusd)} USD`);
    }
  });
}
