import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** A page on disk that leads on to a link. */
export interface LinkPage {
  readonly url: string;
  remove(): Promise<void>;
}

/**
 * A page for the owner's eyes alone that leads to a secret link: on the command line of a browser everybody on this machine could read the link itself.
 * @param folder that nobody else can look into
 * @param link an address without quotes or brackets in it
 */
export async function linkPage(folder: string, link: string): Promise<LinkPage> {
  const file = path.join(folder, 'open.html');
  const remove = (): Promise<void> => rm(file, { force: true });
  await remove();
  const page = `<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer"><meta http-equiv="refresh" content="0;url=${link}"><title>Understudy</title>\n`;
  await writeFile(file, page, { mode: 0o600, flag: 'wx' });
  return { url: pathToFileURL(file).href, remove };
}
