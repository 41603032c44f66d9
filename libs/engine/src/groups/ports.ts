import type { Page, PageRequest } from '../ports/records.ts';
import type { GroupRecord } from './records.ts';

export interface WhichGroups {
  /** Only those with a member that has not ended. */
  readonly live: boolean;
  /** Only those all of whose models are among these: names, or prefixes that end with `*`; `null`: all. */
  readonly models: readonly string[] | null;
}

export interface GroupStore {
  /** Its members name it when they are inserted. */
  insert(group: Pick<GroupRecord, 'id' | 'reason' | 'createdBy'>): Promise<void>;
  find(id: string): Promise<GroupRecord | null>;
  /** Newest first. */
  list(which: WhichGroups, page: PageRequest): Promise<Page<GroupRecord>>;
}
