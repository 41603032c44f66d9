/** Lets a server say one thing at a time: the next only once the client has read all before it. What is held back anywhere stays unread for good. */
export class Lockstep {
  /** Things said so far. */
  turns = 0;
  private readSoFar = 0;
  private answer = 0;
  private isOpen = false;
  private waiting: (() => void)[] = [];

  /** A new answer begins. */
  begin(): void {
    this.open();
    this.answer++;
    [this.turns, this.readSoFar, this.isOpen] = [0, 0, false];
  }

  /** Resolves when `before` things have been read; at once for an answer that is over. */
  async turn(before: number): Promise<void> {
    const { answer } = this;
    while (answer === this.answer && !this.isOpen && this.readSoFar < before)
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    if (answer === this.answer) this.turns++;
  }

  /** The client has read one more. */
  read(): void {
    this.readSoFar++;
    this.wake();
  }

  /** Nobody has to read any more. */
  open(): void {
    this.isOpen = true;
    this.wake();
  }

  private wake(): void {
    for (const go of this.waiting.splice(0)) go();
  }
}
