/**
 * What control groups (cgroup) leave a process of cpus and memory: how containers, systemd and batch systems confine it.
 * Version 1, version 2, and both beside each other. Every group up to the mount counts: the narrowest one holds.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';

export interface CgroupLimits {
  /** By quota: "1.5" is one and a half processors' time. */
  readonly cpus?: number;
  readonly memoryBytes?: number;
}

interface Mount {
  readonly version: 1 | 2;
  /** The group that is seen at the mount point. */
  readonly root: string;
  readonly point: string;
  readonly controllers: readonly string[];
}

/** `process` is the folder of a process in /proc. Empty where there are no control groups, or no limits. */
export function readCgroupLimits(process = '/proc/self'): CgroupLimits {
  const cpus: number[] = [];
  const memory: number[] = [];
  for (const { folder, mount } of groupFolders(process)) {
    cpus.push(...readCpus(folder, mount));
    memory.push(...readMemory(folder, mount));
  }
  return {
    ...(cpus.length > 0 ? { cpus: Math.min(...cpus) } : {}),
    ...(memory.length > 0 ? { memoryBytes: Math.min(...memory) } : {}),
  };
}

/** Folders of the groups that may confine the memory of a process, whichever of them can be seen. */
export const memoryGroups = (process = '/proc/self'): readonly string[] =>
  groupFolders(process).flatMap(({ folder, mount: { version, controllers } }) =>
    version === 2 || controllers.includes('memory') ? [folder] : [],
  );

function groupFolders(process: string): readonly { readonly folder: string; readonly mount: Mount }[] {
  const groups = readLines(path.join(process, 'cgroup')).map((line) => line.split(':'));
  const mounts = readLines(path.join(process, 'mountinfo')).flatMap((line) => parseMount(line) ?? []);
  return groups.flatMap(([number, names = '', ...rest]) => {
    const group = rest.join(':');
    const controllers = names.split(',');
    const isIts = (mount: Mount): boolean =>
      number === '0' && names === ''
        ? mount.version === 2
        : mount.version === 1 && mount.controllers.some((name) => controllers.includes(name));
    return mounts.filter(isIts).flatMap((mount) => foldersUp(mount, group).map((folder) => ({ folder, mount })));
  });
}

/** From the process's own group to the mount point. A container may see its group's folder as the whole. */
function foldersUp({ root, point }: Mount, group: string): readonly string[] {
  const inside = group === root || group.startsWith(root.endsWith('/') ? root : `${root}/`);
  const names = inside ? group.slice(root.length).split('/').filter(Boolean) : [];
  // Groups outside of what is mounted begin with "..".
  if (names.includes('..')) return [point];
  return Array.from({ length: names.length + 1 }, (_, length) => path.join(point, ...names.slice(0, length)));
}

function readCpus(folder: string, { version, controllers }: Mount): readonly number[] {
  if (version === 1 && !controllers.includes('cpu')) return [];
  const [quota, period] =
    version === 2
      ? (readLines(path.join(folder, 'cpu.max'))[0]?.split(' ') ?? [])
      : ['cpu.cfs_quota_us', 'cpu.cfs_period_us'].map((name) => readLines(path.join(folder, name))[0]);
  const cpus = Number(quota) / Number(period);
  // "max", or -1 in version 1, is no limit.
  return Number.isFinite(cpus) && cpus > 0 ? [cpus] : [];
}

function readMemory(folder: string, { version, controllers }: Mount): readonly number[] {
  if (version === 1 && !controllers.includes('memory')) return [];
  const [limit] = readLines(path.join(folder, version === 2 ? 'memory.max' : 'memory.limit_in_bytes'));
  const bytes = Number(limit);
  return limit !== undefined && Number.isFinite(bytes) && bytes > 0 ? [bytes] : [];
}

/** "36 35 98:0 /root /mount/point rw,noatime shared:1 - type source options": the fields before " - " vary in number. */
function parseMount(line: string): Mount | undefined {
  const [before = '', after = ''] = line.split(' - ');
  const [, , , root = '', point = ''] = before.split(' ').map(unescapeOctal);
  const [type, , options = ''] = after.split(' ');
  if (type === 'cgroup2') return { version: 2, root, point, controllers: [] };
  return type === 'cgroup' ? { version: 1, root, point, controllers: options.split(',') } : undefined;
}

/** Blanks and such in paths are written as `\040`. */
const unescapeOctal = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 8)));

function readLines(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').filter(Boolean);
  } catch {
    // No control groups, a controller that is not there, or not for us to read.
    return [];
  }
}
