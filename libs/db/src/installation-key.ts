import { randomBytes } from 'node:crypto';
import type { DataSource } from 'typeorm';
import type { SecretBox } from '#libs/engine';

/** Keys that an installation makes once, by the setting that each is kept as, and what they are sealed for. */
export const INSTALLATION_KEYS = { receipt_key: 'receipts', share_key: 'share links' } as const;

/** Keys that may be lost: what they have signed ends by itself, and anybody may ask for it again. */
const REPLACEABLE: readonly string[] = ['share_key'];

/**
 * The key that this installation signs something with: made by whoever comes first, the same for all processes.
 * @throws DomainError `secret_unreadable` of a key that must not be lost, where the key that it was sealed with is gone
 */
export async function installationKey(
  dataSource: DataSource,
  box: SecretBox,
  name: keyof typeof INSTALLATION_KEYS,
): Promise<string> {
  const purpose = INSTALLATION_KEYS[name];
  const fresh = (): string => box.seal(randomBytes(32).toString('base64url'), purpose);
  const kept = async (): Promise<string> => {
    const [row] = await dataSource.query<{ value: string }[]>(`SELECT value FROM setting WHERE name = $1`, [
      name,
    ]);
    if (!row) throw new Error(`the key ${name} vanished`);
    return row.value;
  };
  await dataSource.query(`INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING`, [
    name,
    fresh(),
  ]);
  const value = await kept();
  try {
    return box.open(value, purpose);
  } catch (error) {
    // Sealed anew by a release that did not know it, it was left as it was.
    if (!REPLACEABLE.includes(name)) throw error;
    await dataSource.query(`UPDATE setting SET value = $3 WHERE name = $1 AND value = $2`, [
      name,
      value,
      fresh(),
    ]);
    return box.open(await kept(), purpose);
  }
}
