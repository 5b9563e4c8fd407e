import type { Methods } from '../rpc/method.ts';
import { marketMethods } from './marketMethods.ts';
import { sessionMethods } from './sessionMethods.ts';

/** All methods by name. */
export const methods: Methods = { ...sessionMethods, ...marketMethods };
