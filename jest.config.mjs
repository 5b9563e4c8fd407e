// ES modules all the way: Node runs Jest with --experimental-vm-modules (scripts/test.mjs does).
export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform: {
    '\\.tsx?$': '<rootDir>/test/esbuildTransform.mjs',
    '\\.js$': '<rootDir>/test/esbuildTransform.mjs',
  },
  transformIgnorePatterns: ['/node_modules/(?!(@noble|@scure|content-disposition)/)'],
  testMatch: [
    '<rootDir>/{app,api,bidder,client,feeder,gateway,indexer,cli,light,maker,proto,terminal,testnet,scripts,test}/**/*.test.ts',
  ],
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/.testnet', '<rootDir>/.cache'],
  testTimeout: 240_000,
  reporters: ['default', '<rootDir>/test/watchReporter.mjs'],
  // A worker never gives back the modules of the files it has run: above this it is replaced.
  workerIdleMemoryLimit: '1200MB',
};
