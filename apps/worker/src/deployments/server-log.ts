import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { redact } from '#libs/kernel';
import type { VersionRecord } from '#libs/engine';

const LONGEST_NAME = 100;
const TAIL_BYTES = 4_096;
const LONGEST_LINE = 500;

/** Where a server's output goes. */
export function serverLog(home: string, version: Pick<VersionRecord, 'model' | 'version'>): string {
  return path.join(home, 'logs', 'models', `${fileNameOf(version.model)}-${version.version}.log`);
}

/**
 * A model's name as part of a file's name: the same where it is plain, else what is plain of it and a
 * digest, so that no name leaves the folder, is too long, or is another's.
 */
export function fileNameOf(model: string): string {
  if (/^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(model) && model.length <= LONGEST_NAME && !hasDigest(model))
    return model;
  const plain = model.replaceAll(/[^A-Za-z0-9._-]/g, '_').replace(/^[.-]/, '_');
  const digest = createHash('sha256').update(model).digest('hex').slice(0, 16);
  return `${plain.slice(0, LONGEST_NAME)}.${digest}`;
}

const hasDigest = (name: string): boolean => /\.[0-9a-f]{16}$/.test(name);

/** The last line of a server's log, for people who ask why it ended. The artifact's code wrote it: no controls. */
export async function lastLogLine(file: string): Promise<string> {
  const log = await open(file, 'r').catch(() => null);
  if (!log) return '';
  try {
    const { size } = await log.stat();
    const { buffer, bytesRead } = await log.read({
      buffer: Buffer.alloc(TAIL_BYTES),
      position: Math.max(0, size - TAIL_BYTES),
    });
    const line = buffer.subarray(0, bytesRead).toString().trimEnd().split('\n').at(-1) ?? '';
    const said = redact(line);
    // eslint-disable-next-line no-control-regex
    return said.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, '').slice(0, LONGEST_LINE);
  } finally {
    await log.close();
  }
}
