/** A breach of DESIGN 4. */
export class Breach extends Error {
  static {
    // Before the stack is written, which begins with it.
    this.prototype.name = 'Breach';
  }
}

export const breach = (condition: boolean, text: string): void => {
  if (condition) throw new Breach(text);
};
