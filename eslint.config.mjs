import tseslint from 'typescript-eslint';

/** Globals and members that differ between machines or runs: banned in the replicated state machine. */
const nonDeterministic = [
  {
    selector: "MemberExpression[object.name='Date'][property.name='now']",
    message: 'Use the block header time.',
  },
  {
    selector: "NewExpression[callee.name='Date'][arguments.length=0]",
    message: 'Use the block header time.',
  },
  {
    selector:
      "MemberExpression[object.name='Math'][property.name=/^(random|exp|expm1|log|log2|log10|log1p|pow|sin|cos|tan|asin|acos|atan|atan2|sinh|cosh|tanh|asinh|acosh|atanh|cbrt|hypot)$/]",
    message: 'Not bit-identical everywhere: use app/lib/math.',
  },
  {
    selector: "BinaryExpression[operator='**']",
    message: 'Not bit-identical everywhere: use app/lib/math.',
  },
  { selector: "AssignmentExpression[operator='**=']", message: 'Not bit-identical everywhere.' },
  {
    selector: "CallExpression[callee.property.name='localeCompare']",
    message: 'Depends on the locale.',
  },
  {
    selector: 'CallExpression[callee.property.name=/^(sort|toSorted)$/][arguments.length=0]',
    message: 'Sort with a total comparator.',
  },
  {
    selector: "MemberExpression[object.name='process']",
    message: 'No process state in the state machine.',
  },
  { selector: 'AwaitExpression', message: 'The state machine is synchronous.' },
];

export default tseslint.config(
  {
    ignores: ['dist/**', 'proto/gen/**', 'node_modules/**', '.testnet/**', '.cache/**', '**/*.mjs'],
  },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'always' },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      eqeqeq: 'error',
    },
  },
  {
    files: ['app/**/*.ts'],
    ignores: [
      'app/**/*.test.ts',
      'app/**/*.bench.ts',
      'app/main.ts',
      'app/config.ts',
      'app/abci/**',
      'app/commands/**',
      'app/modules/oracle/feederSocket.ts',
      'app/store/disk.ts',
      'app/store/snapshots/**',
      'app/chain/snapshots.ts',
      'app/chain/replica/**',
    ],
    rules: {
      'no-restricted-syntax': ['error', ...nonDeterministic],
      'no-restricted-globals': [
        'error',
        'performance',
        'Intl',
        'setTimeout',
        'setInterval',
        'setImmediate',
        'process',
      ],
    },
  },
  {
    // Where the state machine meets the disk: it waits, and is otherwise held to the same rules.
    files: ['app/store/store.ts', 'app/store/commitment.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        ...nonDeterministic.filter(({ selector }) => selector !== 'AwaitExpression'),
      ],
    },
  },
);
