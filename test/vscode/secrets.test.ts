import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { readRunFile } from '../../src/core/runFiles/readRunFile';
import { resolveRun } from '../../src/core/runFiles/resolveRun';
import type { Run } from '../../src/model/run';
import { homeFolder, readEngineAddress } from '../../src/protocol/engineAddress';
import type { SidelabApi } from '../../src/shell/api';
import { filesWith } from '../support/filesWith';
import { activated, cancelAll, submit, untilStatus, writeRunFile } from './support/extension';
import { until } from './support/waiting';

const value = 'v4lue-of-the-secret-3Rm';

/** Goes wrong when a file is there; in its second attempt says what it was given, backwards. */
const program = `
  const { existsSync } = require('node:fs');
  const { TOKEN = '', SIDELAB_ATTEMPT, GO } = process.env;
  console.log(SIDELAB_ATTEMPT, [...TOKEN].reverse().join(''));
  setInterval(() => existsSync(GO) && process.exit(SIDELAB_ATTEMPT === '1' ? 1 : 0), 20);
`;
const backwards = [...value].reverse().join('');

describe('a secret in the editor', () => {
  let api: SidelabApi;
  let go: string;

  before(async () => (api = await activated()));
  beforeEach(() => (go = path.join(mkdtempSync(path.join(tmpdir(), 'sl-')), 'go')));
  afterEach(async () => {
    await cancelAll(api);
    for (const name of await api.secrets.names()) await api.secrets.delete(name);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    assert.deepEqual(filesWith(value, homeFolder(process.env)), []);
  });

  const content = (): object => ({
    experiment: 'private',
    name: 'private',
    command: ['node', '-e', program],
    env: { TOKEN: '${secret:TOKEN}', GO: go },
    retries: 1,
  });
  const output = async (run: Run): Promise<string> => {
    const query = { runId: run.id, attempt: 0, stream: 'both' as const, from: 0, maxBytes: 1000 };
    return Buffer.from((await api.source.output(query)).bytes).toString();
  };
  const untilSaid = async (run: Run, words: string): Promise<void> => {
    await until(words, async () => (await output(run)) === words);
  };

  it('that is stored reaches the program, and its next attempt after the engine was killed, without a question', async () => {
    await api.secrets.set('TOKEN', value);
    assert.deepEqual(await api.secrets.names(), ['TOKEN']);
    const run = await submit(await writeRunFile('private.run.json', content()));
    await untilSaid(run, `1 ${backwards}\n`);
    const engine = await readEngineAddress(homeFolder(process.env));
    assert.ok(engine);
    process.kill(engine.pid, 'SIGKILL');
    writeFileSync(go, '');
    await untilStatus(api, run, 'completed');
    assert.equal(await output(run), `2 ${backwards}\n`);
  });

  it('that a run from elsewhere lacks is given as soon as it is set', async () => {
    const uri = await writeRunFile('private.run.json', content());
    const text = JSON.stringify(content(), null, 2);
    const file = await readRunFile(text, uri.fsPath);
    const run = await api.source.submit(await resolveRun({ file, text, path: uri.fsPath, environment: process.env }));
    await until('the reason', async () => (await api.source.run(run.id)).run.evidence === 'waits for the secret TOKEN');
    await api.secrets.set('TOKEN', value);
    await untilSaid(run, `1 ${backwards}\n`);
  });

  it('that is missing is asked for before anything is submitted', async () => {
    const uri = await writeRunFile('private.run.json', { ...content(), experiment: 'asked' });
    let isOver = false;
    const submitted = Promise.resolve(vscode.commands.executeCommand('sidelab.submitRun', uri)).finally(
      () => (isOver = true),
    );
    await until('the question to be closed', async () => {
      await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
      return isOver;
    });
    assert.equal(await submitted, undefined);
    assert.ok((await api.source.experiments()).every(({ name }) => name !== 'asked'));
  });
});
