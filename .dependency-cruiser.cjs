/** The arrows of docs/architecture.md: who may import whom. `npm run boundaries` checks them. */
const PURE = '^libs/(kernel|stats|traffic|rollout|gateway-protocol)/';
const DECODER = '^libs/traffic/src/payload/decode-encoding\\.ts$';
const TESTS = '\\.test\\.ts$';
/** [folder, the libs it may import] */
const ALLOWED = [
  ['libs/kernel', []],
  ['libs/stats', ['kernel']],
  ['libs/traffic', ['kernel']],
  ['libs/rollout', ['kernel', 'stats', 'traffic']],
  ['libs/gateway-protocol', ['kernel', 'stats', 'traffic']],
  ['libs/engine', ['kernel', 'stats', 'traffic', 'rollout']],
  ['libs/config', ['kernel']],
  ['libs/addresses', []],
  ['libs/client', []],
  ['libs/secrets', ['kernel', 'engine']],
  ['libs/observe', ['kernel']],
  ['libs/processes', ['kernel']],
  ['libs/receipts', ['kernel']],
  ['libs/embedded-postgres', ['kernel', 'processes']],
  ['libs/artifacts', ['kernel', 'engine']],
  ['libs/outbound', ['kernel', 'traffic', 'rollout', 'engine', 'addresses']],
  ['libs/db', ['kernel', 'stats', 'traffic', 'rollout', 'engine']],
  ['libs/queue', ['kernel', 'engine']],
  [
    'apps/gateway',
    ['kernel', 'stats', 'traffic', 'gateway-protocol', 'config', 'observe', 'receipts', 'addresses'],
  ],
  ['apps/cli', ['kernel', 'config', 'client']],
  ['apps/dashboard', ['kernel', 'client']],
  [
    'apps/api',
    [
      'kernel',
      'gateway-protocol',
      'stats',
      'traffic',
      'rollout',
      'engine',
      'db',
      'queue',
      'config',
      'addresses',
      'secrets',
      'artifacts',
      'outbound',
      'observe',
      'receipts',
    ],
  ],
  [
    'apps/worker',
    [
      'processes',
      'kernel',
      'stats',
      'traffic',
      'rollout',
      'engine',
      'db',
      'queue',
      'config',
      'addresses',
      'secrets',
      'artifacts',
      'outbound',
      'observe',
    ],
  ],
  [
    'apps/allinone',
    ['processes', 'kernel', 'engine', 'db', 'queue', 'config', 'observe', 'embedded-postgres', 'secrets'],
  ],
];
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'pure-libs-use-no-node',
      comment: 'Time, randomness and the outside world are passed in.',
      severity: 'error',
      from: { path: PURE, pathNot: [TESTS, DECODER] },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'payload-decodes-with-zlib',
      comment: 'Bytes in, bytes out: nothing else of Node.js.',
      severity: 'error',
      from: { path: DECODER },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?zlib$' },
    },
    ...ALLOWED.map(([folder, libs]) => ({
      name: `${folder.replace('/', '-')}-imports`,
      severity: 'error',
      from: { path: `^${folder}/`, pathNot: TESTS },
      to: {
        path: '^(libs|apps)/',
        pathNot: [`^${folder}/`, ...libs.map((lib) => `^libs/${lib}/src/index\\.ts$`)],
      },
    })),
    {
      name: 'adapters-meet-ports-in-modules',
      comment: 'Only a module, a main or a test may name TypeORM or BullMQ adapters.',
      severity: 'error',
      from: { path: '^apps/(api|worker)/', pathNot: ['\\.module\\.ts$', 'main\\.ts$', TESTS] },
      to: { path: '^libs/(db|queue|artifacts|outbound|secrets|addresses)/' },
    },
    {
      name: 'no-orphans',
      severity: 'warn',
      from: {
        orphan: true,
        pathNot: [TESTS, 'main\\.ts$', '^migrations/', '\\.json$', '^examples/first-model/'],
      },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'node', 'default'],
    },
  },
};
