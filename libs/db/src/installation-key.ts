import { randomBytes } from 'node:crypto';
import type { DataSource } from 'typeorm';
import type { SecretBox } from '#libs/engine';

/** Keys that an installation makes once, by the setting that each is kept as, and what they are sealed for. */
export const INSTALLATION_KEYS = { receipt_key: 'receipts', share_key: 'share links' } as const;

/** The key that this installation signs something with: made by whoever comes first, the same for all processes. */
export async function installationKey(
  dataSource: DataSource,
  box: SecretBox,
  name: keyof typeof INSTALLATION_KEYS,
): Promise<string> {
  const purpose = INSTALLATION_KEYS[name];
  await dataSource.query(`INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING`, [
    name,
    box.seal(randomBytes(32).toString('base64url'), purpose),
  ]);
  const [row] = await dataSource.query<{ value: string }[]>(`SELECT value FROM setting WHERE name = $1`, [
    name,
  ]);
  if (!row) throw new Error(`the key ${name} vanished`);
  return box.open(row.value, purpose);
}
