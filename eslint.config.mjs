import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Bodies of model servers and callers become values in libs/traffic/src/payload, by their headers, and nowhere else. */
const READ_BY_PAYLOAD = [
  "CallExpression[callee.object.name='JSON'][callee.property.name='parse']",
  "NewExpression[callee.name='TextDecoder']",
  "CallExpression[callee.property.name='toString'] > Literal[value=/^utf-?8$/]",
  'CallExpression[callee.property.name=/^utf8Slice$/]',
].map((selector) => ({ selector, message: 'A body is read by its headers: use Payload of libs/traffic.' }));

export default tseslint.config(
  { ignores: ['.cache/**', 'dist/', '**/node_modules/', '.understudy*/', 'coverage/'] },
  js.configs.recommended,
  ...tseslint.configs.strict,
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/await-thenable': 'error',
      // Nest modules and TypeORM entities are classes with nothing but decorators.
      '@typescript-eslint/no-extraneous-class': 'off',
      // A type import of an injected class boots wrong: decorator metadata needs the value.
      '@typescript-eslint/consistent-type-imports': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      eqeqeq: 'error',
    },
  },
  {
    files: ['libs/{kernel,stats,traffic,rollout,gateway-protocol,envoy-config,gateway-api}/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-globals': ['error', 'process', 'Buffer', 'setTimeout', 'setInterval', 'fetch'],
      'no-restricted-syntax': [
        'error',
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Time is passed in.' },
      ],
    },
  },
  {
    files: ['libs/{rollout,engine}/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Time is passed in.' },
        {
          selector:
            "BinaryExpression[operator=/^[<>]=?$/] > BinaryExpression[operator='-'][left.name='now']:not([right.name=/^[A-Z_]+$/])",
          message:
            'A stored instant may be still to come (a clock was set back): compare its agoMs of #libs/kernel.',
        },
      ],
    },
  },
  {
    files: ['libs/traffic/**/*.ts'],
    ignores: ['libs/traffic/src/payload/**', '**/*.test.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Time is passed in.' },
        ...READ_BY_PAYLOAD,
      ],
    },
  },
  {
    files: ['libs/outbound/src/{model-caller,serving-probe,fetched-content}.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        ...READ_BY_PAYLOAD,
        {
          selector: 'CallExpression[callee.property.name=/^(json|text)$/]',
          message: 'A body is read by its headers: use Payload of libs/traffic.',
        },
      ],
    },
  },
  {
    files: ['apps/**/*.ts', 'libs/**/*.ts'],
    ignores: ['libs/config/**', '**/*.test.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'libs/config is the only reader of process.env.' },
        { object: 'Math', property: 'random', message: 'Randomness is passed in.' },
      ],
    },
  },
  {
    files: ['apps/cli/**/*.ts'],
    ignores: ['apps/cli/src/printer.ts', '**/*.test.ts'],
    rules: {
      'no-console': 'error',
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'libs/config is the only reader of process.env.' },
        { object: 'Math', property: 'random', message: 'Randomness is passed in.' },
        ...['stdout', 'stderr'].map((property) => ({
          object: 'process',
          property,
          message: 'printer.ts is the only writer: it makes what others wrote printable.',
        })),
      ],
    },
  },
  {
    files: ['libs/{kernel,stats,traffic,rollout,gateway-protocol,envoy-config,gateway-api}/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'Time is passed in.' },
        { object: 'Math', property: 'random', message: 'Randomness is passed in.' },
      ],
    },
  },
  {
    // A callback that throws ends what it belongs to, never the process: libs/data-plane/src/contained/contained.ts hangs them up.
    files: ['{apps/gateway,apps/xds,apps/kubernetes,libs/data-plane}/src/**/*.ts'],
    ignores: [
      'libs/data-plane/src/contained/contained.ts',
      'apps/gateway/src/process/last-line.ts',
      '**/*.test.ts',
    ],
    rules: {
      'no-restricted-globals': ['error', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'],
      'no-restricted-imports': [
        'error',
        { paths: [{ name: 'node:stream', message: 'A stream without a listener throws out of nowhere.' }] },
      ],
      'no-restricted-syntax': [
        'error',
        ...READ_BY_PAYLOAD,
        {
          selector:
            'CallExpression[callee.property.name=/^(on|once|addListener|prependListener|prependOnceListener|nextTick)$/]',
          message: 'Use on, once, after, every, soon or whenSettled of contained.ts.',
        },
        {
          selector: 'CallExpression[callee.property.name=/^(then|catch)$/]',
          message: 'Use whenSettled of contained.ts, or await.',
        },
        {
          selector:
            'CallExpression[callee.property.name=/^(write|end|close|listen|connect|setTimeout)$/] > :matches(ArrowFunctionExpression, FunctionExpression)',
          message: 'Wrap a callback in contained().',
        },
        {
          selector:
            'CallExpression[callee.name=/^(createServer|connect)$/] > :matches(ArrowFunctionExpression, FunctionExpression)',
          message: 'Wrap a callback in contained().',
        },
        {
          selector: "Property[key.name='callback'] > :matches(ArrowFunctionExpression, FunctionExpression)",
          message: 'Wrap a callback in contained().',
        },
      ],
    },
  },
  {
    // A function is read at one sitting. Those that were larger when this came are in eslint-suppressions.json, which only shrinks: an entry
    // that is needed no more is an error.
    files: ['apps/**/*.{ts,tsx}', 'libs/**/*.ts'],
    ignores: ['**/*.test.ts', '**/*.fixture.ts'],
    rules: {
      'max-params': ['error', 5],
      'max-depth': ['error', 4],
      complexity: ['error', 20],
      'max-lines-per-function': ['error', { max: 80, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['**/*.test.ts', 'test/**/*.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  {
    files: ['**/*.mjs', '**/*.cjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        module: 'writable',
        setTimeout: 'readonly',
        fetch: 'readonly',
        performance: 'readonly',
        Buffer: 'readonly',
        URLSearchParams: 'readonly',
        AbortController: 'readonly',
        AbortSignal: 'readonly',
      },
    },
  },
);
