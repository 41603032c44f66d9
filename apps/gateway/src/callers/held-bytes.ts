import { Hold, type MemoryBudget } from '../process/memory-budget.ts';

/** The share of memory of those whose request has no model yet. */
const NO_MODEL = '';

/** What a caller has sent that is read later: half a head, or what comes ahead. It takes its room from the budget of all. */
export class HeldBytes {
  private bytes: Buffer | null = null;
  private room: Hold | null = null;

  constructor(private readonly memory: MemoryBudget) {}

  get isEmpty(): boolean {
    return this.bytes === null;
  }

  /** Keeps bytes for later. @returns whether there was room */
  keep(bytes: Buffer): boolean {
    // The rest of a large read must not keep all of it alive.
    const own = bytes.buffer.byteLength > 2 * bytes.length ? Buffer.from(bytes) : bytes;
    this.room = new Hold(this.memory, this.memory.shareOf(NO_MODEL));
    if (this.room.take(own.buffer.byteLength)) {
      this.bytes = own;
      return true;
    }
    this.letGo();
    return false;
  }

  /** Takes them out, with what came after them. */
  takeWith(more: Buffer | null): Buffer {
    const { bytes } = this;
    this.letGo();
    if (bytes === null) return more ?? Buffer.alloc(0);
    return more === null ? bytes : Buffer.concat([bytes, more]);
  }

  letGo(): void {
    this.bytes = null;
    this.room?.release();
    this.room = null;
  }
}
