import type { EvidenceEntry, ServedRequest } from './evidence-collector.ts';
import type { Trip } from './local-trips.ts';
import type { Sample } from './sample-keeper.ts';

/** The body of POST /api/v1/gateway/evidence. */
export interface EvidenceBatch {
  readonly gateway: string;
  readonly boot: string;
  readonly sequence: number;
  readonly acknowledged: readonly { model: string; revision: number }[];
  readonly entries: readonly EvidenceEntry[];
  readonly served: readonly ServedRequest[];
  readonly samples: readonly Sample[];
  readonly trips: readonly Trip[];
}
