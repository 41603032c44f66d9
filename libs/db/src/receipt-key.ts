import { randomBytes } from 'node:crypto';
import type { DataSource } from 'typeorm';
import type { SecretBox } from '#libs/engine';

export const RECEIPT_KEY_PURPOSE = 'receipts';

/** The key that this installation signs receipts with: made by whoever comes first, the same for all. */
export async function receiptKey(dataSource: DataSource, box: SecretBox): Promise<string> {
  await dataSource.query(
    `INSERT INTO setting (name, value) VALUES ('receipt_key', $1) ON CONFLICT DO NOTHING`,
    [box.seal(randomBytes(32).toString('base64url'), RECEIPT_KEY_PURPOSE)],
  );
  const [row] = await dataSource.query<{ value: string }[]>(
    `SELECT value FROM setting WHERE name = 'receipt_key'`,
  );
  if (!row) throw new Error('the key of receipts vanished');
  return box.open(row.value, RECEIPT_KEY_PURPOSE);
}
