// What `import 'vscode'` resolves to outside src/shell and src/extension.ts: nothing, so that it does not compile.
export {};
