import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** What `understudy login` keeps, for its owner's eyes only. */
export interface Login {
  readonly url: string;
  readonly token: string;
}

const FILE = 'login.json';

export async function readLogin(folder: string): Promise<Login | null> {
  const text = await readFile(path.join(folder, FILE), 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    const { url, token } = JSON.parse(text) as Partial<Login>;
    return typeof url === 'string' && typeof token === 'string' ? { url, token } : null;
  } catch {
    return null;
  }
}

/** @returns the file */
export async function writeLogin(folder: string, login: Login): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, FILE);
  await writeFile(file, JSON.stringify(login), { mode: 0o600 });
  await chmod(file, 0o600);
  return file;
}
