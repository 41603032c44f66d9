import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DomainError } from '#libs/kernel';

/**
 * The keys that secrets are sealed with: the operator's (SECRETS_KEY), or one that is made in the data
 * folder for its owner's eyes only. Processes that start together agree on one.
 * @param given 32 bytes each, base64
 */
export function secretKeys(given: readonly string[] | null, home: string): Buffer[] {
  if (given !== null) return given.map((key) => Buffer.from(key, 'base64'));
  const file = path.join(home, 'secrets.key');
  mkdirSync(home, { recursive: true, mode: 0o711 });
  try {
    writeFileSync(file, randomBytes(32).toString('base64'), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const key = Buffer.from(readFileSync(file, 'utf8').trim(), 'base64');
  if (key.length === 32) return [key];
  throw new DomainError(
    'invalid',
    'secret_key_invalid',
    `${file} does not hold a key of 32 bytes. Bring it back from a backup: what it has sealed cannot be opened without it.`,
  );
}

/**
 * The key of a data folder, which must be there: a restored backup is opened by the key it belongs to, and by no new one.
 * @throws DomainError `secret_key_missing`
 */
export function existingSecretKeys(home: string): Buffer[] {
  const file = path.join(home, 'secrets.key');
  if (existsSync(file)) return secretKeys(null, home);
  throw new DomainError(
    'invalid',
    'secret_key_missing',
    `There is no ${file}. Copy the secrets.key of the installation that the backup is of there (mode 0600), or set its SECRETS_KEY.`,
  );
}
