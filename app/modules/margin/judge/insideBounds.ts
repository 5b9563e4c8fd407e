import { AssertionFailure } from '../../../lib/assert.ts';
import { MathInputError } from '../../../lib/math/index.ts';
import { RiskInputError } from '../core/index.ts';

/**
 * Runs the core on values that state keeps inside its bounds. Should one not be, that is a failed
 * assertion, which drops the transaction and not the node.
 */
export function insideBounds<T>(judge: () => T): T {
  try {
    return judge();
  } catch (error) {
    if (error instanceof RiskInputError || error instanceof MathInputError) {
      throw new AssertionFailure(`outside the bounds of the risk core: ${error.message}`);
    }
    throw error;
  }
}
