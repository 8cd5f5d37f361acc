/** Serves the built run panel on loopback as VS Code would show it: its theme's variables, and a strict content policy. */
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { build } from 'esbuild';

/** As the shell writes it, but with this server in the place of the webview's source. */
const policy = [
  "default-src 'none'",
  "script-src 'nonce-harness'",
  "style-src 'self' 'nonce-harness'",
  "font-src 'self'",
  "img-src 'self' data:",
].join('; ');

interface Theme {
  readonly className: string;
  readonly vars: Readonly<Record<string, string>>;
}

export async function servePanel(themes: Readonly<Record<string, Theme>>): Promise<{ url: string; server: Server }> {
  const bundled = await build({
    entryPoints: ['test/bench/webview/fakeHost.ts'],
    bundle: true,
    write: false,
    platform: 'browser',
    format: 'iife',
    target: 'chrome130',
  });
  const files: Readonly<Record<string, readonly [type: string, body: () => Promise<string | Uint8Array>]>> = {
    '/host.js': ['text/javascript', async () => bundled.outputFiles[0]?.contents ?? ''],
    '/run.js': ['text/javascript', async () => readFile('dist/webview/run.js')],
    '/toolkit.js': ['text/javascript', async () => readFile('dist/webview/toolkit.js')],
    '/run.css': ['text/css', async () => readFile('dist/webview/run.css')],
  };
  const server = createServer((request, response) => {
    void (async () => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
      const theme = themes[searchParams.get('theme') ?? 'dark'];
      const file = files[pathname];
      if (pathname === '/theme.css' && theme) {
        const variables = Object.entries(theme.vars).map(([name, value]) => `${name}: ${value};`);
        response.writeHead(200, { 'content-type': 'text/css' });
        // The last line is VS Code's own default style of a webview's body.
        response.end(
          `:root { ${variables.join('\n')} }\nbody { background: transparent; padding: 0 20px; margin: 0; }`,
        );
      } else if (pathname === '/' && theme) {
        response.writeHead(200, { 'content-type': 'text/html', 'content-security-policy': policy });
        response.end(html(searchParams.get('theme') ?? 'dark', theme.className));
      } else if (file) {
        response.writeHead(200, { 'content-type': file[0] });
        response.end(await file[1]());
      } else {
        response.writeHead(404).end();
      }
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

const html = (theme: string, className: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta property="csp-nonce" content="harness"><link rel="icon" href="data:,">
<title>Run panel</title>
<link rel="stylesheet" href="/theme.css?theme=${theme}"><link rel="stylesheet" href="/run.css">
</head><body class="${className}" data-state="{&quot;runId&quot;:&quot;k3v5qy7ab2cdefgh&quot;}"><sidelab-run-panel></sidelab-run-panel>
<script nonce="harness" src="/host.js"></script><script nonce="harness" src="/run.js"></script></body></html>`;
