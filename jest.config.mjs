/** Pure tests run at once; the others share one PostgreSQL that global-setup starts. */
const common = {
  transform: {
    '^.+\\.ts$': process.env.MUTANT
      ? '<rootDir>/test/model/mutants/mutating-transform.mjs'
      : '<rootDir>/scripts/jest/transform.mjs',
  },
  // As that transform does it in our own modules: packages of CommonJS are given these, and need not ask jest's context for them.
  sandboxInjectedGlobals: ['Array', 'JSON', 'Math', 'Number', 'Object', 'String'],
  setupFiles: ['<rootDir>/scripts/property-seed.mjs'],
  extensionsToTreatAsEsm: ['.ts'],
  testEnvironmentOptions: { customExportConditions: ['understudy-source', 'node', 'node-addons'] },
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.understudy', '<rootDir>/.cache'],
};
export default {
  // One more than CI has cores: files of processes wait for steps, sweeps and starts a quarter of their time and more.
  maxWorkers: 3,
  testTimeout: 60_000,
  testSequencer: '<rootDir>/scripts/slow-first-sequencer.mjs',
  reporters: ['default', '<rootDir>/scripts/count-reporter.mjs'],
  projects: [
    {
      ...common,
      displayName: 'pure',
      testMatch: ['<rootDir>/{libs,apps,examples,scripts,test/model}/**/*.test.ts'],
    },
    {
      ...common,
      displayName: 'processes',
      testMatch: [
        '<rootDir>/test/{integration,e2e,faults,zoo,dashboard,cases,data-planes,kubernetes}/**/*.test.ts',
      ],
      setupFilesAfterEnv: ['<rootDir>/test/support/lock-order/record-in-tests.ts'],
      globalSetup: '<rootDir>/test/support/global-setup.mjs',
      globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
    },
  ],
};
