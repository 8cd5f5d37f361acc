// A style sheet that a root imports: esbuild writes it beside the bundle, nothing comes of it in the code.
declare module '*.css';
