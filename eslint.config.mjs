import tseslint from 'typescript-eslint';
import importX from 'eslint-plugin-import-x';

/** Forbids imports in one room of the house; `patterns` are gitignore-style, `why` is shown to whoever breaks the rule. */
const forbid = (files, patterns, why) => ({
  files,
  rules: {
    '@typescript-eslint/no-restricted-imports': ['error', { patterns: [{ group: patterns, message: why }] }],
  },
});

export default tseslint.config(
  { ignores: ['dist/**', 'out/**', 'node_modules/**', '.vscode-host/**', '*.mjs'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [importX.createNodeResolver({ extensions: ['.ts', '.js'] })] },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      'import-x/no-cycle': 'error',
      'no-console': 'error',
      eqeqeq: 'error',
      'max-lines': ['error', { max: 350, skipBlankLines: false, skipComments: false }],
    },
  },
  // The import rules of the house (CONTRIBUTING.md, "Rooms and doors").
  forbid(
    ['client/**'],
    ['**/server/src/**', '!**/server/src/protocol.ts'],
    'The client imports only server/src/protocol.',
  ),
  forbid(
    ['server/src/domain/**', 'server/src/manifest/**'],
    [
      'node:*',
      'vscode-*',
      'vscode',
      '**/engine/**',
      '**/features/**',
      '**/jobs/**',
      '**/cli/**',
      'undici',
      'sql.js',
      'openpgp',
    ],
    'domain and manifest are pure: no I/O, no protocol, no engine.',
  ),
  forbid(
    ['server/src/features/**'],
    ['node:*', 'undici', 'sql.js', 'openpgp', '**/engine/**', '**/cli/**'],
    'Features see manifests, the domain and a StoreView; never the engine or I/O.',
  ),
  forbid(
    ['server/src/engine/**', 'server/src/jobs/**'],
    ['vscode-*', 'vscode', '**/features/**', '**/cli/**', '**/manifest/**'],
    'The engine knows nothing of LSP or of manifests.',
  ),
  {
    files: ['test/**'],
    rules: {
      'no-console': 'off',
      'no-restricted-syntax': [
        'error',
        {
          selector: 'Program > ExpressionStatement > CallExpression[callee.name=/^(before|after)Each$/]',
          message:
            'All unit tests run in one process, and there this would hold for every file: put it into a describe.',
        },
      ],
      // node:test's describe/it return promises that the runner itself awaits.
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: [
            { from: 'package', package: 'node:test', name: ['describe', 'it', 'test', 'suite'] },
          ],
        },
      ],
    },
  },
  { files: ['server/src/cli/**'], rules: { 'no-console': 'off' } },
);
