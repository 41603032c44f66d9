import { generateKeyPairSync } from 'node:crypto';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DomainError } from '#libs/kernel';
import { FilesWatch } from './files-watch.ts';
import { checkedPair, type KeyPair } from './key-pair.ts';

const files = {
  cert: { setting: 'CERT', file: '/cert.pem' },
  key: { setting: 'KEY', file: '/key.pem' },
};
const good: KeyPair = { cert: 'the pair in use', key: 'is not read again' };
const { privateKey } = generateKeyPairSync('ed25519');
const bad: readonly KeyPair[] = [
  { cert: '', key: '' },
  { cert: '-----BEGIN CERTIFICATE-----\nMII', key: 'cut off' },
  {
    cert: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  },
];

it('whatever the files hold and however often they change, what is bad is said once, at its second look', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: -1, max: bad.length - 1 }), { maxLength: 30 }),
      async (contents) => {
        let now = good;
        const watch = new FilesWatch(
          [good.cert, good.key],
          () => Promise.resolve([now.cert, now.key]),
          ([cert = '', key = '']) => checkedPair(files, { cert, key }),
        );
        let said: string | null = null;
        let before: string | null = null;
        for (const which of contents) {
          now = which < 0 ? good : (bad[which] ?? good);
          const found = await watch.look();
          if (found instanceof DomainError) {
            // Bad at the look before, too, and new.
            expect(before).toBe(found.detail);
            expect(said).not.toBe(found.detail);
            said = found.detail;
          } else expect(found).toBeNull();
          before = which < 0 ? null : whyBad(which);
          if (which < 0) break; // the pair in use is judged by its text alone
        }
      },
    ),
  );
});

const whyBad = (which: number): string =>
  [
    'CERT (/cert.pem): it holds no certificate in PEM (-----BEGIN CERTIFICATE-----).',
    'CERT (/cert.pem): a certificate in it is cut off.',
    'CERT (/cert.pem): certificate 1 of 1 in it is malformed.',
  ][which] ?? '';
