/** A copy of the examples that come with the extension, in a folder of its own: nothing that is there is written over. */
import { constants } from 'node:fs';
import { access, cp, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { Failure, hasErrorCode, messageOf } from '../../base/failure';

const folderName = 'sidelab-examples';
/** Nobody has so many. */
const mostCopies = 1000;

/** Path of the copy below `folder`: `sidelab-examples`, or with a number behind it. Throws `Storage` where it cannot be written. */
export async function copyExamples(examples: string, folder: string): Promise<string> {
  try {
    const copy = await makeFolder(folder);
    try {
      // What is installed may be read-only; a copy is there to be changed.
      await cp(examples, copy, { recursive: true, mode: constants.COPYFILE_FICLONE });
      return copy;
    } catch (error) {
      await rm(copy, { recursive: true, force: true });
      throw error;
    }
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure('Storage', `The examples could not be copied to ${folder}: ${messageOf(error)}`, {
      hint: 'Choose a folder that you can write to.',
      cause: error,
    });
  }
}

/** The folder that an earlier copy is in, if there is one. */
export async function findCopy(folder: string): Promise<string | undefined> {
  const copy = path.join(folder, folderName);
  return access(path.join(copy, 'tour.run.json')).then(
    () => copy,
    () => undefined,
  );
}

async function makeFolder(folder: string): Promise<string> {
  for (let number = 1; number <= mostCopies; number++) {
    const copy = path.join(folder, number === 1 ? folderName : `${folderName}-${number}`);
    try {
      await mkdir(copy);
      return copy;
    } catch (error) {
      if (!hasErrorCode(error, 'EEXIST')) throw error;
    }
  }
  throw new Failure('Storage', `There are ${mostCopies} copies of the examples in ${folder} already.`);
}
