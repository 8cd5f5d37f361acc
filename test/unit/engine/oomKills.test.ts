import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { countOomKills, oomKillsBetween } from '../../../src/engine/execute/local/oomKills';
import { type TemporaryFolder, temporaryFolder } from '../../support/temporaryFolder';

describe('kills for want of memory', () => {
  let folder: TemporaryFolder;
  beforeEach(() => (folder = temporaryFolder()));
  afterEach(() => folder.remove());

  const write = (name: string, text: string): string => {
    const file = folder.join(name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  };

  it('are counted in the groups around the attempts, also when the attempt’s own group is gone, and on the machine', () => {
    write('proc/cgroup', '0::/user.slice/engine.scope\n');
    write('proc/mountinfo', `30 29 0:26 / ${folder.join('cgroup')} rw - cgroup2 cgroup2 rw\n`);
    const events = (group: string, count: number): void =>
      void write(`cgroup/${group}/memory.events`, `low 0\noom 9\noom_kill ${count}\noom_group_kill 0\n`);
    events('user.slice', 3);
    events('user.slice/engine.scope', 0);
    const vmstat = write('vmstat', 'pgfault 1\noom_kill 7\n');
    const before = countOomKills(folder.join('proc'), vmstat);
    assert.deepEqual(before, { group: 3, machine: 7 });
    events('user.slice', 4);
    write('vmstat', 'oom_kill 9\n');
    assert.deepEqual(oomKillsBetween(before, countOomKills(folder.join('proc'), vmstat)), { group: 1, machine: 2 });
  });

  it('are not told where nobody counts', () => {
    const none = countOomKills(folder.join('no'), folder.join('none'));
    assert.deepEqual(oomKillsBetween(none, none), {});
  });
});
