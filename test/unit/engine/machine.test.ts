import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import path from 'node:path';
import { readCgroupLimits } from '../../../src/engine/execute/local/cgroupLimits';
import { measureMachine } from '../../../src/engine/execute/local/measureMachine';
import { type TemporaryFolder, temporaryFolder } from '../../support/temporaryFolder';

/** As Docker, systemd and Kubernetes have them: what a process sees in /proc, and the files of its groups. */
describe('the machine', () => {
  let folder: TemporaryFolder;
  beforeEach(() => (folder = temporaryFolder()));
  afterEach(() => folder.remove());

  const write = (name: string, text: string): void => {
    mkdirSync(path.dirname(folder.join(name)), { recursive: true });
    writeFileSync(folder.join(name), `${text}\n`);
  };
  const process_ = (cgroup: string, mounts: readonly string[], status = 'Cpus_allowed_list:\t0-7'): string => {
    write('proc/cgroup', cgroup);
    write('proc/mountinfo', mounts.map((line, at) => `${30 + at} 23 0:28 ${line}`).join('\n'));
    write('proc/status', `Name:\tnode\n${status}\nMems_allowed_list:\t0`);
    return folder.join('proc');
  };
  const v2 = (root: string, point: string): string =>
    `${root} ${folder.join(point)} rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate`;
  const v1 = (root: string, point: string, controllers: string): string =>
    `${root} ${folder.join(point)} rw,relatime - cgroup cgroup rw,${controllers}`;

  it('is confined by the narrowest group of version 2 above the process', () => {
    write('fs/cpu.max', 'max 100000');
    write('fs/user.slice/cpu.max', '400000 100000');
    write('fs/user.slice/memory.max', '8589934592');
    write('fs/user.slice/app.scope/cpu.max', 'max 100000');
    write('fs/user.slice/app.scope/memory.max', 'max');
    const seen = process_('0::/user.slice/app.scope', ['/ / rw - ext4 /dev/sda1 rw', v2('/', 'fs')]);
    assert.deepEqual(readCgroupLimits(seen), { cpus: 4, memoryBytes: 8589934592 });
  });

  it('is confined by the group of a container, which sees it as the root', () => {
    write('fs/cpu.max', '150000 100000');
    write('fs/memory.max', '536870912');
    assert.deepEqual(readCgroupLimits(process_('0::/', [v2('/', 'fs')])), { cpus: 1.5, memoryBytes: 536870912 });
    // Without a namespace of its own: the group's name is the host's.
    const named = process_('0::/docker/abc', [v2('/docker/abc', 'fs')]);
    assert.deepEqual(readCgroupLimits(named), { cpus: 1.5, memoryBytes: 536870912 });
    const outside = process_('0::/../elsewhere', [v2('/', 'fs')]);
    assert.deepEqual(readCgroupLimits(outside), { cpus: 1.5, memoryBytes: 536870912 });
  });

  it('is confined by groups of version 1, controller by controller', () => {
    write('cpu/docker/abc/cpu.cfs_quota_us', '250000');
    write('cpu/docker/abc/cpu.cfs_period_us', '100000');
    write('cpu/cpu.cfs_quota_us', '-1');
    write('cpu/cpu.cfs_period_us', '100000');
    write('memory/memory.limit_in_bytes', '9223372036854771712');
    write('memory/docker/abc/memory.limit_in_bytes', '1073741824');
    const cgroup = '4:memory:/docker/abc\n2:cpu,cpuacct:/docker/abc\n1:name=systemd:/docker/abc\n0::/docker/abc';
    const mounts = [v1('/', 'cpu', 'cpu,cpuacct'), v1('/', 'memory', 'memory'), v2('/', 'unified')];
    assert.deepEqual(readCgroupLimits(process_(cgroup, mounts)), { cpus: 2.5, memoryBytes: 1073741824 });
  });

  it('has the processors that its affinity and its quota leave, and at least one', () => {
    write('fs/cpu.max', '350000 100000');
    assert.equal(measureMachine(process_('0::/', [v2('/', 'fs')])).cpus, 3.5);
    assert.equal(measureMachine(process_('0::/', [v2('/', 'fs')], 'Cpus_allowed_list:\t0-1,5')).cpus, 3);
    write('fs/cpu.max', '20000 100000');
    assert.equal(measureMachine(process_('0::/', [v2('/', 'fs')])).cpus, 1);
  });

  it('has all there is where nothing confines it', () => {
    assert.deepEqual(readCgroupLimits(folder.join('nowhere')), {});
    assert.deepEqual(measureMachine(folder.join('nowhere')), {
      cpus: availableParallelism(),
      memoryBytes: totalmem(),
    });
  });

  it('is this one, and smaller for a process that is bound to one processor', function () {
    assert.ok(measureMachine().cpus >= 1 && measureMachine().cpus <= availableParallelism());
    assert.ok(measureMachine().memoryBytes > 0 && measureMachine().memoryBytes <= totalmem());
    try {
      // A real process with one processor to use, measured from outside.
      const status = execFileSync('taskset', ['-c', '0', 'cat', '/proc/self/status'], { encoding: 'utf8' });
      assert.equal(measureMachine(process_('0::/', [], status)).cpus, 1);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') this.skip();
      throw error;
    }
  });
});
