/**
 * Where a run comes from, as a text that survives a move of the folder: in a git repository with a remote, that remote and the folder
 * in it (`github.com/me/ising/experiments`), elsewhere the folder's path. A workspace recognises its runs by it: they are from its
 * folder's place, or from below.
 */

export interface RunPlace {
  /** Folder of the run file; no slash at its end. */
  readonly place: string;
  /** What the place begins with: the repository, or the workspace folder. */
  readonly origin: string;
}

/**
 * "git@github.com:me/ising.git", "https://user:password@github.com/me/ising" and their like as "github.com/me/ising": the same whatever
 * way it is fetched, and without who fetches it. Undefined for what is no address.
 */
export function remoteName(url: string): string | undefined {
  const text = url.trim().replace(/[\\/]+$/, '');
  const [, scheme, authority = '', path = ''] = /^([a-z][a-z0-9+.-]*):\/\/([^/]*)\/?(.*)$/is.exec(text) ?? [];
  const named = (host: string, at: string): string | undefined => {
    const clean = at.replace(/^\/+/, '').replace(/\.git$/i, '');
    return clean === '' ? undefined : `${host.toLowerCase()}/${clean}`;
  };
  if (scheme !== undefined) {
    const host = authority.replace(/^.*@/s, '').replace(/:\d*$/, '');
    return scheme.toLowerCase() === 'file' || host === '' ? named('file:', path) : named(host, path);
  }
  // As scp has it. One letter is a drive.
  const [, host = '', at = ''] = /^(?:[^@/\\]*@)?([^:/\\]{2,}):(?!\/\/)(.+)$/s.exec(text) ?? [];
  if (host !== '') return named(host, at);
  // A relative one names another repository wherever it stands.
  return /^([/\\]|[a-z]:[/\\])/i.test(text) ? named('file:', text.replaceAll('\\', '/')) : undefined;
}

/** Slashes as in addresses, and none at the end. */
export const placeOfPath = (path: string): string => path.replaceAll('\\', '/').replace(/\/+$/, '');

/** A folder below a place; `inside` is '' or relative. */
export const placeBelow = (place: string, inside: string): string =>
  inside === '' ? place : `${place}/${placeOfPath(inside)}`;

/** The last part of an origin, which people know it by. */
export const originName = (origin: string): string => origin.slice(origin.lastIndexOf('/') + 1);
