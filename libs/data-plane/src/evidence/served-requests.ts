import { isRequestId, type ServedRequest } from '#libs/gateway-protocol';

/** Request ids of all models between two batches. */
const MOST_HELD = 4_000;

/**
 * Notes who served which request, where feedback may name it by its id only. When there is no room, the model
 * with the most ids gives way, so that a flood of one costs no other model its own.
 */
export class ServedRequests {
  private held = new Map<string, ServedRequest[]>();
  private count = 0;
  private droppedIds = 0;

  /** @param most ids that are held, of all models */
  constructor(private readonly most = MOST_HELD) {}

  add(request: ServedRequest): void {
    const { model, requestId } = request;
    if (!isRequestId(requestId)) {
      this.droppedIds++;
      return;
    }
    const own = this.held.get(model) ?? [];
    if (this.count >= this.most) {
      const largest = this.largest();
      this.droppedIds++;
      if (largest.length <= own.length + 1) return;
      largest.pop();
      this.count--;
    }
    if (own.length === 0) this.held.set(model, own);
    own.push(request);
    this.count++;
  }

  drain(): ServedRequest[] {
    const all = [...this.held.values()].flat();
    this.held = new Map();
    this.count = 0;
    return all;
  }

  /** Ids that were not noted so far: their feedback can come by receipt or unit only. */
  get dropped(): number {
    return this.droppedIds;
  }

  private largest(): ServedRequest[] {
    let largest: ServedRequest[] = [];
    for (const own of this.held.values()) if (own.length > largest.length) largest = own;
    return largest;
  }
}
