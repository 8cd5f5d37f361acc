/** Dry Run: what the run file in the editor would submit, in a document beside it; nothing is submitted. */
import type { DryRunDocuments } from '../runFiles/dryRunDocuments';
import { requireTrust } from '../trust';
import { chosenUris } from './submitRun';

/** As the file stands in the editor: unsaved changes count. */
export async function dryRunFile(documents: DryRunDocuments, argument: unknown, selected: unknown): Promise<void> {
  requireTrust();
  for (const uri of chosenUris(argument, selected)) await documents.show(uri);
}
