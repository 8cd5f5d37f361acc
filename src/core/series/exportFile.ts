/** An export in a file of its own, which is there when it is whole, and not before. */
import { open, rename, rm } from 'node:fs/promises';
import { Failure, hasErrorCode, messageOf } from '../../base/failure';

/** `parts` is written to `file` (absolute), whatever was there. Throws `Storage` when it cannot be, and what `parts` throws. */
export async function exportToFile(parts: AsyncIterable<string>, file: string): Promise<void> {
  // Under another name until it is whole: half an export looks like one.
  const draft = `${file}.part`;
  try {
    const handle = await open(draft, 'w');
    try {
      for await (const part of parts) await handle.write(part);
    } finally {
      await handle.close();
    }
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    if (error instanceof Failure || !hasErrorCode(error, 'ENOSPC', 'EDQUOT', 'EACCES', 'ENOENT', 'EISDIR', 'EROFS')) {
      throw error;
    }
    throw new Failure('Storage', `${file} could not be written: ${messageOf(error)}`, {
      hint: 'Choose another place, or make room.',
      cause: error,
    });
  }
}
