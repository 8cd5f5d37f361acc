/** Commands of the window that lenses and quick fixes lead to; a document goes with them as a URI in text. */
export const lensCommands = {
  submitRun: 'sidelab.submitRun',
  dryRun: 'sidelab.dryRun',
  debugRun: 'sidelab.debugRun',
  previewGraph: 'sidelab.previewGraph',
} as const;
