import type { View } from '../../runtime/context.ts';
import { wrongSurfaceOf } from './genesis.ts';
import { prices, surfaces } from './state.ts';

export const invariants = {
  'a live price is not zero': (view: View): string | null => {
    for (const [id, price] of prices.entries(view)) {
      if (price.indexUusd <= 0n) return `underlying ${id} has index ${price.indexUusd}`;
    }
    return null;
  },
  'a surface has no arbitrage': (view: View): string | null => {
    for (const [id, surface] of surfaces.entries(view)) {
      const wrong = wrongSurfaceOf(surface);
      if (wrong !== null) return `underlying ${id}: ${wrong}`;
    }
    return null;
  },
};
