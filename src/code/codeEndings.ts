/** What of a repository is no code, by how its name ends: run files, which are what is being edited, and what Python makes of code. */
const endings = ['.run.json', '.pyc'];

/** As git's pathspecs. */
export const noCode: readonly string[] = endings.map((ending) => `*${ending}`);

export const isCode = (name: string): boolean => !endings.some((ending) => name.endsWith(ending));
