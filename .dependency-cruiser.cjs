// Who may import whom. Imports point one way: shell, language and cli lean on core, core on protocol and model, all on base; never back.
// The engine and the core meet only in protocol and model, and ask the same things of code. webview/ sees model, protocol and base: data and words, no Node.
const mayImport = {
  'src/base': [],
  'src/model': ['src/base'],
  'src/protocol': ['src/base', 'src/model'],
  'src/code': ['src/base'],
  'src/core': ['src/base', 'src/model', 'src/protocol', 'src/code'],
  'src/engine': ['src/base', 'src/model', 'src/protocol', 'src/code'],
  'src/language': ['src/base', 'src/model', 'src/protocol', 'src/core'],
  'src/cli': ['src/base', 'src/model', 'src/protocol', 'src/core'],
  'src/shell': ['src/base', 'src/model', 'src/protocol', 'src/core'],
  'src/activate.ts': [],
  'src/extension.ts': ['src/base', 'src/model', 'src/protocol', 'src/core', 'src/shell'],
  webview: ['src/base', 'src/model', 'src/protocol'],
};

// Debts: edges that break the table. This list only shrinks.
const debts = [];

const asPattern = (folder) => `^${folder.replaceAll('.', '\\.')}${folder.endsWith('.ts') ? '$' : '/'}`;

module.exports = {
  forbidden: [
    ...Object.entries(mayImport).map(([folder, allowed]) => ({
      name: `${folder.replace('src/', '')}-imports`,
      comment: `${folder} may import: ${allowed.join(', ') || 'nothing of ours'}`,
      severity: 'error',
      from: { path: asPattern(folder), pathNot: debts },
      to: { path: '^(src|webview|test)/', pathNot: [folder, ...allowed].map(asPattern) },
    })),
    {
      name: 'no-cycles',
      comment: 'A cycle means that two files are one concept, or that one of them knows too much.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'vscode-only-in-shell',
      comment: 'The core, the engine and the CLI run without an editor.',
      severity: 'error',
      from: { path: '^(src/(base|model|protocol|core|engine|language|cli)|webview)/' },
      to: { path: '^vscode$' },
    },
    {
      name: 'model-and-webview-without-node',
      comment: 'Model, protocol contracts and webviews run in a browser too.',
      severity: 'error',
      from: { path: '^(src/(base|model)|webview)/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'panels-by-themselves',
      comment: 'What two panels need is in webview/shared.',
      severity: 'error',
      from: { path: '^webview/([^/]+)/', pathNot: '^webview/shared/' },
      to: { path: '^webview/', pathNot: ['^webview/$1/', '^webview/shared/'] },
    },
    {
      name: 'shared-knows-no-panel',
      severity: 'error',
      from: { path: '^webview/shared/' },
      to: { path: '^webview/', pathNot: '^webview/shared/' },
    },
    {
      name: 'product-not-from-tests',
      severity: 'error',
      from: { path: '^(src|webview)/' },
      to: { path: '^test/' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'src/tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { extensions: ['.ts', '.mjs', '.js', '.d.ts'] },
  },
};
