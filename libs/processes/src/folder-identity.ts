import { readFileSync, statSync } from 'node:fs';

/** A folder as itself, whatever its name: moving it keeps this, a copy of it has another. */
export interface FolderIdentity {
  readonly inode: string;
  /** Compared within one boot only: file systems may get another number by the next. */
  readonly device: string;
  readonly boot: string | null;
  /** When it was made, in ns; `null` where the file system does not say. A freed inode is given away again. */
  readonly born: string | null;
}

/** @throws NodeJS.ErrnoException when there is no such folder, or it cannot be reached */
export function identifyFolder(folder: string): FolderIdentity {
  const { ino, dev, birthtimeNs, ctimeNs } = statSync(folder, { bigint: true });
  // Where it is not known, Node.js gives 0, or the time of the last change.
  const isKnown = birthtimeNs !== 0n && birthtimeNs !== ctimeNs;
  return {
    inode: String(ino),
    device: String(dev),
    boot: bootId(),
    born: isKnown ? String(birthtimeNs) : null,
  };
}

/** Is the folder of this name the one that was recorded? */
export function isSameFolder(recorded: FolderIdentity, folder: string): boolean {
  try {
    return areSame(recorded, identifyFolder(folder));
  } catch {
    return false;
  }
}

/** Two identities of one folder, whenever each was taken? */
export function areSame(one: FolderIdentity, other: FolderIdentity): boolean {
  if (one.inode !== other.inode) return false;
  if (one.boot === other.boot && one.device !== other.device) return false;
  return one.born === null || other.born === null || one.born === other.born;
}

/** Names this machine's run since it was switched on; `null` off Linux. */
export function bootId(): string | null {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return null;
  }
}
