import { randomUUID } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';

/**
 * The content of a file that is made once and readable by its owner only. It is complete whenever it has its name;
 * of several processes that make it at once the first one decides, and all of them get its content.
 */
export const keepFile = async (file: string, make: () => string): Promise<string> => {
  const present = await readIfPresent(file);
  if (present !== null) return present;
  const temporary = `${file}.${randomUUID()}`;
  try {
    await writeFile(temporary, make(), { mode: 0o600, flush: true });
    await link(temporary, file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(temporary, { force: true });
  }
  return readFile(file, 'utf8');
};

/** `null` when there is no such file. */
export const readIfPresent = async (file: string): Promise<string | null> => {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
};
