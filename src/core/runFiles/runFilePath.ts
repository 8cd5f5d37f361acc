/** Which files are run files: by their names. */
export const isRunFilePath = (path: string): boolean => path.endsWith('.run.json');
