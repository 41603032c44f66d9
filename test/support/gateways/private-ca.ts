import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Paths of PEM files, and what is in them. */
export interface IssuedPair {
  readonly certFile: string;
  readonly keyFile: string;
  readonly cert: string;
  readonly key: string;
}

/** An authority of its own, which signs whatever it is asked to. */
export interface PrivateCa {
  readonly folder: string;
  readonly caFile: string;
  readonly ca: string;
  /** A certificate for 127.0.0.1 and localhost, and for clients. @param days that it is good for; below 0: it has expired */
  issue(name: string, days?: number): IssuedPair;
  remove(): void;
}

/** Node.js makes no certificates: where the openssl command is missing, tests of TLS cannot run. */
export const opensslIsAvailable = spawnSync('openssl', ['version']).status === 0;

const NAMES =
  'subjectAltName=IP:127.0.0.1,DNS:localhost\nextendedKeyUsage=serverAuth,clientAuth\nbasicConstraints=CA:FALSE\n';
const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

export function makePrivateCa(): PrivateCa {
  const folder = mkdtempSync(path.join(tmpdir(), 'understudy-ca-'));
  const at = (name: string): string => path.join(folder, name);
  const openssl = (...args: string[]): void => {
    const { status, stderr } = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' });
    if (status !== 0) throw new Error(`openssl ${args[0]}: ${stderr}`);
  };
  openssl(
    ...['req', '-x509', ...KEY, '-days', '2', '-subj', '/CN=private authority'],
    ...['-keyout', 'ca.key', '-out', 'ca.pem'],
  );
  writeFileSync(at('names.cnf'), NAMES);
  return {
    folder,
    caFile: at('ca.pem'),
    ca: readFileSync(at('ca.pem'), 'utf8'),
    issue(name, days = 2) {
      openssl(...['req', ...KEY, '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.csr`]);
      openssl(
        ...['x509', '-req', '-in', `${name}.csr`, '-days', String(days), '-out', `${name}.pem`],
        ...['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', 'names.cnf'],
      );
      const [certFile, keyFile] = [at(`${name}.pem`), at(`${name}.key`)];
      return {
        ...{ certFile, keyFile },
        cert: readFileSync(certFile, 'utf8'),
        key: readFileSync(keyFile, 'utf8'),
      };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
