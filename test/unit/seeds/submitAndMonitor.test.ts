import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { RunClient } from '../../../src/core/runs/runClient';
import { SeedRuns } from './seedRuns';

describe('TQ42’s example, as a script of a terminal', function () {
  this.timeout(60_000);
  let seeds: SeedRuns;
  beforeEach(() => {
    seeds = new SeedRuns();
  });
  afterEach(async () => seeds.stop());

  it('submits, polls, checks and cancels', async () => {
    const { harness, source } = seeds;
    const examples = harness.folder.join('examples');
    cpSync('examples', examples, { recursive: true });
    const port = await freePort();
    for (const name of ['submitAndMonitor.sh', 'tetra-opt.run.json']) {
      const file = path.join(examples, 'seeds', name);
      writeFileSync(file, readFileSync(file, 'utf8').replace('8042', String(port)));
    }
    const script = spawn('sh', [path.join(examples, 'seeds', 'submitAndMonitor.sh')], {
      env: {
        ...harness.env,
        PATH: `${path.dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
        SIDELAB: `${process.execPath} ${path.resolve('dist/cli.cjs')} --home ${harness.home}`,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [script.stdout, script.stderr])
      stream.on('data', (chunk: Buffer) => (output += String(chunk)));
    const [code] = (await once(script, 'close')) as [number | null];
    assert.equal(code, 0, output);

    const client = new RunClient(source);
    assert.equal((await client.check('ackley')).status, 'completed', output);
    assert.equal((await client.check('long-running-job')).status, 'cancelled', output);
  });
});

async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
