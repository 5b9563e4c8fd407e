/** Of the program, as package.json has it; a test compares them. */
export const CHAIN_VERSION = '0.1.0';

/**
 * The Cosmos SDK whose services and gateway these are like: explorers and relayers choose by it how
 * they ask. Nothing of the SDK runs here.
 */
export const SDK_VERSION = 'v0.53.0';
