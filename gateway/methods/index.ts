import type { Methods } from '../rpc/method.ts';
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

/** All methods by name. */
export const methods: Methods = {
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
