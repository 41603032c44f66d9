import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type pg from 'pg';
import { EXPORT_KEY_PURPOSE, type SecretBox } from '#libs/engine';

/** `reseal-secrets.ts` seals it anew with a newer key. */
const SETTING = 'export_key';

/** The Ed25519 key that this installation signs exports with: made by whoever comes first, and sealed. */
export async function exportKey(client: pg.ClientBase, box: SecretBox): Promise<KeyObject> {
  const { privateKey } = generateKeyPairSync('ed25519');
  const text = privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
  await client.query('INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
    SETTING,
    box.seal(text, EXPORT_KEY_PURPOSE),
  ]);
  const { rows } = await client.query<{ value: string }>('SELECT value FROM setting WHERE name = $1', [
    SETTING,
  ]);
  const [row] = rows;
  if (!row) throw new Error('the key of exports vanished');
  return createPrivateKey({
    key: Buffer.from(box.open(row.value, EXPORT_KEY_PURPOSE), 'base64'),
    format: 'der',
    type: 'pkcs8',
  });
}

/** The public one of a private one: base64 of its DER (SPKI, RFC 8410). */
export const publicKeyText = (key: KeyObject): string =>
  createPublicKey(key).export({ format: 'der', type: 'spki' }).toString('base64');

export const publicKeyOf = (text: string): KeyObject =>
  createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' });
