import prettier from 'eslint-config-prettier';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** Workflow code runs in Temporal's sandbox: deterministic, without Node, without I/O. */
const WORKFLOW_IMPORTS = {
  patterns: [
    {
      regex: String.raw`^(?!\.{1,2}/|@temporalio/workflow$|@temporalio/common$).*`,
      message: 'Workflows import domain/, their own files and @temporalio/workflow only.',
    },
    {
      regex: String.raw`^(\.\./)+(activities|store|sources|documents|api|cli|worker|sample)(/|$)`,
      message: 'Workflows may import types of other rooms only: use `import type`.',
      allowTypeImports: true,
    },
  ],
};

export default defineConfig(
  { ignores: ['dist', 'node_modules', 'store/generated', '.data', 'coverage'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      // A number or boolean in a sentence is plain enough.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // `() => this.write(chunk)` and `return send(response, 404)` say what they do.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // `''` means "not set" in the environment, and an empty text falls back as a missing one does.
      '@typescript-eslint/prefer-nullish-coalescing': 'off',
      // A guard on what comes from outside stays, also where a type promises it.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // Async by contract (a hook, an interface) without anything to wait for.
      '@typescript-eslint/require-await': 'off',
      'no-console': 'off',
      eqeqeq: 'error',
    },
  },
  { files: ['**/*.{js,mjs}'], extends: [tseslint.configs.recommended] },
  {
    files: ['workflows/**/*.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': ['error', WORKFLOW_IMPORTS],
      'no-restricted-globals': [
        'error',
        { name: 'Temporal', message: 'Not deterministic here: use the workflow clock.' },
        { name: 'process', message: 'There is no process in a workflow.' },
      ],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      // Tests look into JSON of every shape; a wrong shape fails them, which is what they are for.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  prettier,
);
