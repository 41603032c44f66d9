import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { DomainError, keepSecret, keepUrlSecret } from '#libs/kernel';
import type { SecretBox } from '#libs/engine';

const MARK = 'sealed.1.';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Seals secrets with AES-256-GCM (NIST SP 800-38D: a random IV of 96 bits, a tag of 128). The purpose is
 * authenticated with them, so that a sealed text cannot be moved to where it means something else.
 * @param keys of 32 bytes; the first one seals, all of them open
 */
export function secretBox(keys: readonly Buffer[]): SecretBox {
  const named = keys.map((key) => ({ name: nameOf(key), key }));
  const [current] = named;
  if (!current) throw new Error('a box needs a key');
  return {
    seal(plain, purpose) {
      known(plain);
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', current.key, iv).setAAD(Buffer.from(purpose));
      const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      const parts = Buffer.concat([iv, cipher.getAuthTag(), sealed]);
      return `${MARK}${current.name}.${parts.toString('base64url')}`;
    },
    open(sealed, purpose) {
      // From before secrets were sealed; `isCurrent` says that it should be.
      if (!sealed.startsWith(MARK)) {
        known(sealed);
        return sealed;
      }
      const [name = '', text = ''] = sealed.slice(MARK.length).split('.');
      const key = named.find((one) => one.name === name)?.key;
      if (!key)
        throw unreadable(
          `it was sealed with the key ${name}, which this process does not have; every api and worker needs the same SECRETS_KEY (or the same UNDERSTUDY_HOME)`,
        );
      const parts = Buffer.from(text, 'base64url');
      if (parts.length < IV_BYTES + TAG_BYTES) throw unreadable('it was cut short');
      const decipher = createDecipheriv('aes-256-gcm', key, parts.subarray(0, IV_BYTES), {
        authTagLength: TAG_BYTES,
      })
        .setAAD(Buffer.from(purpose))
        .setAuthTag(parts.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
      try {
        const plain =
          decipher.update(parts.subarray(IV_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
        known(plain);
        return plain;
      } catch {
        throw unreadable('it was changed, or belongs elsewhere');
      }
    },
    isCurrent: (sealed) => sealed.startsWith(`${MARK}${current.name}.`),
  };
}

/** Whatever is sealed is said nowhere: of a URL, what in it is a secret, and the whole of it. */
function known(plain: string): void {
  keepSecret(plain);
  keepUrlSecret(plain);
}

/** Names a key without giving it away. */
const nameOf = (key: Buffer): string =>
  createHash('sha256').update('understudy key').update(key).digest('hex').slice(0, 8);

const unreadable = (because: string): DomainError =>
  new DomainError('unavailable', 'secret_unreadable', `A stored secret cannot be opened: ${because}.`);
