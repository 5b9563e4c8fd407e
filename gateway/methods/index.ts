import type { Method, Methods } from '../rpc/method.ts';
import { accountMethods } from './accountMethods.ts';
import { cancelMethods } from './cancelMethods.ts';
import { disconnectMethods } from './disconnectMethods.ts';
import { marketMethods } from './marketMethods.ts';
import { orderMethods } from './orderMethods.ts';
import { placeMethods } from './placeMethods.ts';
import { quoteMethods } from './quoteMethods.ts';
import { refusedMethods } from './refusedMethods.ts';
import { sessionMethods } from './sessionMethods.ts';
import { settlementMethods } from './settlementMethods.ts';

const all: Methods = {
  ...sessionMethods,
  ...marketMethods,
  ...placeMethods,
  ...cancelMethods,
  ...orderMethods,
  ...accountMethods,
  ...settlementMethods,
  ...quoteMethods,
  ...disconnectMethods,
  ...refusedMethods,
};

/** What is asked of the account is told as of the last answer to an order. */
const afterAnswers = (method: Method): Method => ({
  ...method,
  async run(services, params, caller) {
    await services.account.caughtUp();
    return method.run(services, params, caller);
  },
});

const ASKS = 'private/get_';

/** All methods by name. */
export const methods: Methods = Object.fromEntries(
  Object.entries(all).map(([name, method]) => [
    name,
    name.startsWith(ASKS) ? afterAnswers(method) : method,
  ]),
);
