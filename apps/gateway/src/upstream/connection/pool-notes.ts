import type { Carrier, Load } from '../replicas/carried.ts';
import type { Replica } from '../replicas/server-addresses.ts';

/** What those who share out connections note at one. */
export abstract class PoolNotes implements Carrier {
  /** It was idle before the present request: the server may have closed it just when it was used. */
  wasIdle = false;
  /** Which of the server's addresses it goes to; `null`: not known yet, or there is no name. */
  replica: Replica | null = null;
  /** Which serving URL of the version it goes to. */
  at = 0;
  /** Of the model whose request it carries; `null`: it carries none. Kept by `Carried`. */
  load: Load | null = null;
  /** On the process's clock: it takes no further request after that. */
  until: number;

  constructor(until: number) {
    this.until = until;
  }
}
