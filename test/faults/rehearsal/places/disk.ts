import { mountSmallDisk, type SmallDisk } from '../../../support/databases/small-disk.ts';
import type { BreakablePlace } from './places.ts';

const BYTES = 4_000_000;

/** A data folder on a file system of its own. @returns `null` where nothing may be mounted */
export function diskOfProcess(
  name: string,
): { readonly disk: SmallDisk; readonly place: BreakablePlace } | null {
  const disk = mountSmallDisk(BYTES);
  return (
    disk && {
      disk,
      place: {
        ...{ name: `${name} disk`, kind: 'disk', weight: 1 },
        begin: () => {
          disk.fill();
          return () => disk.makeRoom();
        },
      },
    }
  );
}
