import type { Underlying } from '../../../../../proto/gen/tenor.options.v1.ts';
import { choiceText, contractsText, quantityText } from '../../../../lib/amountText.ts';
import { clobErrors } from '../../errors.ts';

/** Whether an order may be of a size. */
export const isLot = ({ lot, minOrder, maxOrder }: Underlying, size: bigint): boolean =>
  size % lot === 0n && size >= minOrder && size <= maxOrder;

/** @throws Reject badSize with the nearest sizes that may be */
export function assertLot({ lot, minOrder, maxOrder }: Underlying, size: bigint): void {
  if (size % lot === 0n && size >= minOrder) return;
  const below = size - (size % lot);
  const nearest = [below, below + lot].filter((s) => s >= minOrder && s <= maxOrder);
  const usable = size < minOrder ? [minOrder] : nearest;
  throw clobErrors.badSize(
    `sizes are multiples of ${contractsText(lot)}, at least ${quantityText(minOrder)}: ` +
      `use ${choiceText(usable.map(quantityText))}`,
  );
}
