import tseslint from 'typescript-eslint'

export default tseslint.config(
  {ignores: ['dist/', 'dist.*/', 'node_modules/', '.vitest/']},
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {parserOptions: {project: './tsconfig.test.json', tsconfigRootDir: import.meta.dirname}},
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', {fixStyle: 'inline-type-imports'}],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/no-unused-vars': ['error', {argsIgnorePattern: '^_', varsIgnorePattern: '^_'}],
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', {considerDefaultExhaustiveForUnions: true}],
      'no-empty': ['error', {allowEmptyCatch: false}],
      'no-restricted-syntax': ['error',
        {selector: 'TSEnumDeclaration', message: 'use an `as const` list and a derived union'},
        {selector: "CallExpression[callee.object.name='process'][callee.property.name='exit']", message: 'set the exit code by returning or throwing; only the host exits'},
        {selector: "CallExpression[callee.object.name='vi'][callee.property.name='mock']", message: 'no module mocking: pass a strict fake through a port'}],
      eqeqeq: 'error',
      'prefer-const': 'error',
    },
  },
  {
    files: ['src/commands/**/*.ts'],
    rules: {'no-restricted-imports': 'off'},
  },
)
