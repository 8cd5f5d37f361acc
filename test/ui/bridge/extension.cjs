/**
 * For UI tests only: runs functions that a test sends to the extension host. Asleep unless SIDELAB_TEST_BRIDGES names a
 * folder; there it leaves its port and a token in a file named by its process id, so that a test can tell the extension
 * hosts of several windows, or before and after a reload, apart.
 */
'use strict';
const crypto = require('node:crypto');
const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');
const vscode = require('vscode');

/** @param {import('vscode').ExtensionContext} context */
exports.activate = (context) => {
  const folder = process.env['SIDELAB_TEST_BRIDGES'];
  if (!folder) return;
  const token = crypto.randomBytes(16).toString('hex');
  const file = path.join(folder, `${process.pid}.json`);
  const server = http.createServer((request, response) => {
    if (request.headers['x-token'] !== token) {
      response.writeHead(403).end();
      return;
    }
    /** @type {Buffer[]} */
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', async () => {
      const answer = await evaluate(Buffer.concat(chunks).toString('utf8'));
      response.end(JSON.stringify(answer));
    });
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (address === null || typeof address === 'string') return;
    fs.writeFileSync(`${file}.new`, JSON.stringify({ port: address.port, token }), { mode: 0o600 });
    fs.renameSync(`${file}.new`, file);
  });
  context.subscriptions.push({
    dispose: () => {
      fs.rmSync(file, { force: true });
      server.close();
    },
  });
};

/** @param {string} body */
async function evaluate(body) {
  try {
    const { source, args } = JSON.parse(body);
    // What a bundler may put around names and require().
    const prelude = 'const __name = (f) => f, __require = require;';
    const call = new Function('vscode', 'require', 'args', `${prelude} return (${source})(vscode, ...args)`);
    return { value: (await call(vscode, require, args)) ?? null };
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
