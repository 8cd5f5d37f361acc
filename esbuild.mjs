// Builds every bundle: node24 esbuild.mjs [--production] [--tests] [--watch]
//   dist/extension.cjs   loads the VS Code side      dist/webview/<panel>.js + .css   one per panel
//   dist/window.cjs      the VS Code side
//   dist/engine.cjs      the detached process         dist/wrapper.sh                  what an attempt runs under
//   dist/language.cjs    the run files' language      schemas/*.schema.json            the editor's schemas
//   dist/cli.cjs         `sidelab` in a terminal          dist/runPicture.cjs              a panel's first picture
import { build, context } from 'esbuild';
import { cp, glob, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import path from 'node:path';

const flags = new Set(process.argv.slice(2));
const production = flags.has('--production');
const watch = flags.has('--watch');

/** @type {import('esbuild').BuildOptions} */
const shared = {
  bundle: true,
  minify: production,
  keepNames: production,
  sourcemap: production ? false : 'linked',
  sourcesContent: false,
  legalComments: 'none',
  // Read and compiled faster; of patterns it is the source that has to see to it.
  charset: 'ascii',
  logLevel: 'warning',
  define: {
    'process.env.NODE_ENV': production ? '"production"' : '"development"',
    SIDELAB_VERSION: JSON.stringify(JSON.parse(await readFile('package.json', 'utf8')).version),
  },
};
// Node first, then ES modules: some packages (vscode-json-languageservice) ship an UMD main that no bundler can follow.
const node = { ...shared, platform: 'node', target: 'node24', mainFields: ['module', 'main'], format: 'cjs' };

/** Leaves a module that is imported dynamically to a bundle of its own beside this one. @type {(name: string) => import('esbuild').Plugin} */
const apart = (name) => ({
  name: `${name} apart`,
  setup({ onResolve }) {
    onResolve({ filter: new RegExp(`/${name}$`) }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: `./${name}.cjs`, external: true } : undefined,
    );
  },
});

const panels = async () =>
  (await Array.fromAsync(glob('webview/*/main.ts'))).map((file) => path.basename(path.dirname(file)));

/** The engine's and the CLI's bundles leave `vscode` out of `external`, so that a stray import of it fails the build. */
async function productBuilds() {
  return [
    {
      ...node,
      // The client of the language server is a bundle of its own: a window without run files does not even read it.
      entryPoints: {
        extension: 'src/activate.ts',
        window: 'src/extension.ts',
        languageClient: 'src/shell/runFiles/languageClient.ts',
      },
      // It is loaded by a script, which has no loader of modules of its own.
      supported: { 'dynamic-import': false },
      external: ['vscode'],
      plugins: [apart('languageClient')],
      outExtension: { '.js': '.cjs' },
      outdir: 'dist',
    },
    // Draws a panel's first picture: the panel's own code, without a page.
    {
      ...node,
      entryPoints: { runPicture: 'webview/run/picture/runPicture.ts' },
      outExtension: { '.js': '.cjs' },
      outdir: 'dist',
    },
    { ...node, entryPoints: { cli: 'src/cli/main.ts' }, outExtension: { '.js': '.cjs' }, outdir: 'dist' },
    { ...node, entryPoints: { language: 'src/language/main.ts' }, outExtension: { '.js': '.cjs' }, outdir: 'dist' },
    {
      ...node,
      entryPoints: { engine: 'src/engine/main.ts' },
      outExtension: { '.js': '.cjs' },
      outdir: 'dist',
      // Said before the bundle's first import fails in words that help nobody.
      banner: {
        js: `if (!process.getBuiltinModule?.('node:sqlite')) { console.error('Sidelab needs VS Code 1.125 or later (its Node ' + process.version + ' has no node:sqlite).'); process.exit(1); }`,
      },
    },
    {
      ...shared,
      // The script of a panel travels to it whenever it is opened.
      keepNames: false,
      platform: 'browser',
      target: 'chrome130',
      format: 'iife',
      entryPoints: Object.fromEntries((await panels()).map((name) => [name, `webview/${name}/main.ts`])),
      outdir: 'dist/webview',
    },
  ];
}

async function testBuilds() {
  const under = async (pattern, from) =>
    Object.fromEntries(
      (await Array.fromAsync(glob(pattern))).map((file) => [path.relative(from, file).replace(/\.ts$/, ''), file]),
    );
  const esm = {
    ...node,
    // Functions of tests travel as text, into pages and extension hosts: they must find nothing missing there.
    minify: false,
    keepNames: false,
    format: 'esm',
    outExtension: { '.js': '.mjs' },
    packages: 'external',
    sourcemap: 'inline',
    // Outside of an editor, only its words are there.
    alias: { vscode: './test/support/editorWords.ts' },
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
  };
  return [
    { ...esm, entryPoints: await under('test/unit/**/*.test.ts', 'test/unit'), outdir: 'dist/test/unit' },
    { ...esm, entryPoints: await under('test/ui/**/*.test.ts', 'test/ui'), outdir: 'dist/test/ui' },
    { ...esm, entryPoints: await under('test/bench/**/main.ts', 'test/bench'), outdir: 'dist/test/bench' },
    { ...esm, entryPoints: await under('test/pictures/main.ts', 'test/pictures'), outdir: 'dist/test/pictures' },
    {
      ...node,
      sourcemap: 'inline',
      external: ['vscode', 'mocha'],
      supported: { 'dynamic-import': true },
      entryPoints: {
        ...(await under('test/vscode/**/*.test.ts', 'test/vscode')),
        ...(await under('test/vscode/index.ts', 'test/vscode')),
      },
      outExtension: { '.js': '.cjs' },
      outdir: 'dist/test/vscode',
    },
  ].filter((b) => Object.keys(b.entryPoints).length > 0);
}

/** The schema is written once, in src/model; this emits it in the form that the editor's JSON service can load. */
async function emitSchemas() {
  const out = path.resolve('dist/schemas/emit.mjs');
  const emit = async (source, make, file) => {
    await build({ ...node, format: 'esm', entryPoints: [source], outfile: out, sourcemap: false });
    const schemas = await import(`${pathToFileURL(out).href}?t=${Date.now()}-${file}`);
    await rm(out);
    await writeFile(`dist/schemas/${file}`, JSON.stringify(schemas[make](), null, production ? 0 : 2));
  };
  await emit('src/model/editorSchema.ts', 'runFileEditorSchema', 'runFile.schema.json');
  await emit('src/model/plugin.ts', 'pluginEditorSchema', 'plugin.schema.json');
  await emit('src/model/algorithm.ts', 'algorithmEditorSchema', 'algorithm.schema.json');
  await emit('src/model/editorSchema.ts', 'computeEditorSchema', 'compute.schema.json');
}

if (production) await rm('dist', { recursive: true, force: true });
await mkdir('dist/webview', { recursive: true });
await mkdir('dist/schemas', { recursive: true });
await emitSchemas();
await cp('src/engine/execute/local/wrapper.sh', 'dist/wrapper.sh');

const builds = [...(await productBuilds()), ...(flags.has('--tests') ? await testBuilds() : [])];
if (watch) {
  for (const options of builds) await (await context({ ...options, logLevel: 'info' })).watch();
} else {
  if (flags.has('--tests')) await rm('dist/test', { recursive: true, force: true });
  await Promise.all(builds.map((options) => build(options)));
}
